package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;

/** Cuts a whole answer into the chunks in which a model would have streamed it. */
final class CompletionChunks {
    private final ObjectNode frame;
    private final List<ChatChunk> chunks = new ArrayList<>();

    private CompletionChunks(ChatCompletion completion) {
        frame = Json.shallowCopy(completion.json()).put("object", "chat.completion.chunk");
        frame.remove(List.of("choices", "usage"));
    }

    /** For each choice its message, its calls and its end; then the usage, if there is one. */
    static List<ChatChunk> of(ChatCompletion completion) {
        var chunks = new CompletionChunks(completion);
        for (JsonNode choice : completion.json().path("choices")) {
            chunks.add(choice);
        }
        if (!completion.usage().isNone()) {
            ObjectNode usage = Json.shallowCopy(chunks.frame);
            usage.set("choices", Json.array());
            usage.set("usage", completion.usage().json());
            chunks.chunks.add(new ChatChunk(usage));
        }
        return chunks.chunks;
    }

    private void add(JsonNode choice) {
        int index = choice.path("index").asInt(0);
        ObjectNode message = Json.object().put("role", "assistant");
        if (choice.path("message") instanceof ObjectNode whole) {
            message.setAll(whole);
        }
        JsonNode calls = message.path("tool_calls");
        message.remove("tool_calls");
        ObjectNode first = choice(index, message, null);
        if (choice.has("logprobs")) {
            first.set("logprobs", choice.path("logprobs"));
        }
        add(first);
        if (!calls.isEmpty()) {
            ObjectNode delta = Json.object();
            delta.set("tool_calls", indexed(calls));
            add(choice(index, delta, null));
        }
        String reason = Json.text(choice, "finish_reason");
        add(choice(index, Json.object(), reason.isEmpty() ? "stop" : reason));
    }

    private static JsonNode indexed(JsonNode calls) {
        var indexed = Json.array();
        for (JsonNode call : calls) {
            ObjectNode delta = Json.object().put("index", indexed.size());
            if (call instanceof ObjectNode whole) {
                delta.setAll(whole);
            }
            indexed.add(delta);
        }
        return indexed;
    }

    private static ObjectNode choice(int index, ObjectNode delta, @Nullable String reason) {
        ObjectNode choice = Json.object().put("index", index);
        choice.set("delta", delta);
        return choice.put("finish_reason", reason);
    }

    private void add(ObjectNode choice) {
        ObjectNode chunk = Json.shallowCopy(frame);
        chunk.set("choices", Json.array(choice));
        chunks.add(new ChatChunk(chunk));
    }
}
