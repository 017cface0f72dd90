package ai.robutler.testkit;

import org.jspecify.annotations.Nullable;

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
        List<ObjectNode> functions = functions(call);
        List<ObjectNode> parts = new ArrayList<>();
        int last = functions.size() - 1;
        for (int position = 0; position <= last; position++) {
            ObjectNode part = part(number);
            String id = id(call.id(), position, last);
            if (id != null) {
                part.put("id", id);
            }
            if (position == 0 && !shape.has(Oddity.NO_TYPE)) {
                part.put("type", "function");
            }
            part.set("function", functions.get(position));
            parts.add(part);
        }
        return parts;
    }

    private List<ObjectNode> functions(Call call) {
        String name = call.name();
        boolean split = shape.has(Oddity.NAME_SPLIT) && name.length() > 1;
        int cut = split ? name.length() / 2 : name.length();
        List<ObjectNode> functions = new ArrayList<>();
        functions.add(Json.object().put("name", name.substring(0, cut)).put("arguments", ""));
        if (split) {
            functions.add(Json.object().put("name", name.substring(cut)));
        }
        for (String piece : Pieces.of(call.arguments(), shape.pieceSize())) {
            functions.add(Json.object().put("arguments", piece));
        }
        return functions;
    }

    /** Null: the part has no id. */
    private @Nullable String id(String id, int position, int last) {
        if (shape.has(Oddity.EMPTY_ID)) {
            return "";
        }
        if (shape.has(Oddity.LATE_ID)) {
            return position == last ? id : null;
        }
        if (position == 0 || shape.has(Oddity.ID_IN_EVERY_DELTA)) {
            return id;
        }
        return shape.has(Oddity.EMPTY_ID_LATER) ? "" : null;
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
