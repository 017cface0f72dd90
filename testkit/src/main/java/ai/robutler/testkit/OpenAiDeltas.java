package ai.robutler.testkit;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;

/**
 * One choice as the {@code choices} elements of its chunks: deltas, and a finish reason at the end.
 */
final class OpenAiDeltas {

    private final Choice choice;
    private final int index;
    private final Shape shape;
    private final List<ObjectNode> chunks = new ArrayList<>();

    OpenAiDeltas(Choice choice, int index, Shape shape) {
        this.choice = choice;
        this.index = index;
        this.shape = shape;
    }

    List<ObjectNode> chunks() {
        if (shape.has(Oddity.ONE_DELTA)) {
            whole();
        } else {
            deltas();
        }
        finish();
        return shape.has(Oddity.EMPTY_DELTAS) ? spaced() : chunks;
    }

    private void whole() {
        ObjectNode delta = OpenAiMessage.message(choice, shape);
        if (!choice.calls().isEmpty()) {
            delta.set("tool_calls", new OpenAiCallDeltas(choice.calls(), shape).whole());
        }
        List<String> text = choice.text() == null ? List.of() : List.of(choice.text());
        List<String> refusal = choice.refusal() == null ? List.of() : List.of(choice.refusal());
        add(delta, logprobs(text, refusal));
    }

    private void deltas() {
        if (!shape.has(Oddity.NO_ROLE)) {
            ObjectNode role = Json.object().put("role", "assistant");
            role.put("content", choice.text() == null ? null : "").putNull("refusal");
            add(role, null);
        }
        pieces(choice.reasoning()).forEach(piece -> add("reasoning_content", piece, null));
        if (!choice.messageFields().isEmpty()) {
            add(choice.messageFields().deepCopy(), null);
        }
        for (String piece : pieces(choice.text())) {
            add("content", piece, logprobs(List.of(piece), List.of()));
        }
        for (String piece : pieces(choice.refusal())) {
            add("refusal", piece, logprobs(List.of(), List.of(piece)));
        }
        for (ArrayNode calls : new OpenAiCallDeltas(choice.calls(), shape).deltas()) {
            ObjectNode delta = Json.object();
            delta.set("tool_calls", calls);
            add(delta, null);
        }
    }

    private void finish() {
        String reason = OpenAiMessage.finishReason(choice, shape);
        if (!shape.has(Oddity.FINISH_WITH_LAST_DELTA) || chunks.isEmpty()) {
            add(Json.object(), null);
        }
        chunks.getLast().put("finish_reason", reason);
    }

    private List<ObjectNode> spaced() {
        List<ObjectNode> spaced = new ArrayList<>();
        for (ObjectNode chunk : chunks) {
            spaced.add(chunk);
            spaced.add(element(Json.object(), null));
        }
        return spaced;
    }

    private List<String> pieces(@Nullable String text) {
        return text == null ? List.of() : Pieces.of(text, shape.pieceSize());
    }

    private void add(String field, String piece, @Nullable ObjectNode logprobs) {
        add(Json.object().put(field, piece), logprobs);
    }

    private void add(ObjectNode delta, @Nullable ObjectNode logprobs) {
        chunks.add(element(dressed(delta), logprobs));
    }

    private ObjectNode element(ObjectNode delta, @Nullable ObjectNode logprobs) {
        ObjectNode element = Json.object().put("index", index);
        element.set("delta", delta);
        element.set("logprobs", logprobs);
        element.putNull("finish_reason");
        return element.setAll(choice.choiceFields());
    }

    private ObjectNode dressed(ObjectNode delta) {
        if (shape.has(Oddity.NO_ROLE)) {
            delta.remove("role");
        } else if (shape.has(Oddity.ROLE_IN_EVERY_DELTA)) {
            delta.put("role", "assistant");
        }
        if (shape.has(Oddity.NULL_FIELDS)) {
            for (String field : List.of("content", "refusal", "tool_calls", "function_call")) {
                delta.set(field, delta.get(field));
            }
        } else if (shape.has(Oddity.EMPTY_CONTENT) && !delta.hasNonNull("content")) {
            delta.put("content", "");
        }
        return delta;
    }

    private @Nullable ObjectNode logprobs(List<String> content, List<String> refusal) {
        if (!choice.logprobs()) {
            return null;
        }
        ObjectNode logprobs = Json.object();
        logprobs.set("content", content.isEmpty() ? null : OpenAiMessage.tokens(content));
        logprobs.set("refusal", refusal.isEmpty() ? null : OpenAiMessage.tokens(refusal));
        return logprobs;
    }
}
