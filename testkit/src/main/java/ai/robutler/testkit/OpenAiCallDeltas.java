package ai.robutler.testkit;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;

/** Tool calls as the {@code tool_calls} arrays of their deltas. */
final class OpenAiCallDeltas {

    private final List<Call> calls;
    private final Shape shape;

    OpenAiCallDeltas(List<Call> calls, Shape shape) {
        this.calls = calls;
        this.shape = shape;
    }

    List<ArrayNode> deltas() {
        if (calls.isEmpty()) {
            return List.of();
        }
        if (shape.has(Oddity.ALL_CALLS_IN_ONE_DELTA)) {
            return List.of(whole());
        }
        List<List<ObjectNode>> each = new ArrayList<>();
        for (int number = 0; number < calls.size(); number++) {
            each.add(parts(calls.get(number), number));
        }
        List<ObjectNode> parts =
                shape.has(Oddity.INTERLEAVED_CALLS)
                        ? Turns.of(each)
                        : each.stream().flatMap(List::stream).toList();
        return parts.stream().map(Json::array).toList();
    }

    /** All calls, each in one part. */
    ArrayNode whole() {
        ArrayNode all = Json.array();
        for (int number = 0; number < calls.size(); number++) {
            all.add(part(number).setAll(OpenAiMessage.call(calls.get(number), shape)));
        }
        return all;
    }

    /** First the id and the name, then the arguments piece by piece. */
    private List<ObjectNode> parts(Call call, int number) {
        List<ObjectNode> parts = new ArrayList<>();
        boolean split = shape.has(Oddity.NAME_SPLIT) && call.name().length() > 1;
        int cut = split ? call.name().length() / 2 : call.name().length();
        ObjectNode first = part(number);
        if (!shape.has(Oddity.NO_TYPE)) {
            first.put("type", "function");
        }
        first.putObject("function").put("name", call.name().substring(0, cut)).put("arguments", "");
        parts.add(first);
        if (split) {
            ObjectNode rest = part(number);
            rest.putObject("function").put("name", call.name().substring(cut));
            parts.add(rest);
        }
        for (String piece : Pieces.of(call.arguments(), shape.pieceSize())) {
            ObjectNode more = part(number);
            more.putObject("function").put("arguments", piece);
            parts.add(more);
        }
        identify(parts, call.id());
        return parts;
    }

    private void identify(List<ObjectNode> parts, String id) {
        if (shape.has(Oddity.EMPTY_ID)) {
            parts.forEach(part -> part.put("id", ""));
        } else if (shape.has(Oddity.LATE_ID)) {
            parts.getLast().put("id", id);
        } else if (shape.has(Oddity.ID_IN_EVERY_DELTA)) {
            parts.forEach(part -> part.put("id", id));
        } else {
            if (shape.has(Oddity.EMPTY_ID_LATER)) {
                parts.forEach(part -> part.put("id", ""));
            }
            parts.getFirst().put("id", id);
        }
    }

    private ObjectNode part(int number) {
        ObjectNode part = Json.object();
        if (shape.has(Oddity.MISSING_INDEX)) {
            return part;
        }
        if (shape.has(Oddity.INDEX_ALWAYS_ZERO)) {
            return part.put("index", 0);
        }
        return part.put("index", shape.has(Oddity.REPEATED_INDEX) ? number / 2 : number);
    }
}
