package ai.robutler.models;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;

/** A whole completion as the chunks of a stream; no field is lost. */
final class OpenAiChunks {
    private OpenAiChunks() {}

    /** What was said, how it finished, and the usage if there is any. */
    static List<ChatChunk> of(ChatCompletion completion) {
        ObjectNode json = completion.json();
        var said = Json.array();
        var finished = Json.array();
        int position = 0;
        for (JsonNode choice : json.path("choices")) {
            JsonNode index = choice.path("index");
            int at = index.isInt() ? index.intValue() : position;
            said.add(said(choice, at));
            var end = Json.object().put("index", at);
            end.set("delta", Json.object());
            end.set("finish_reason", reason(choice));
            finished.add(end);
            position++;
        }
        var chunks = new ArrayList<ChatChunk>();
        chunks.add(chunk(json, said));
        chunks.add(chunk(json, finished));
        if (!completion.usage().isNone()) {
            ChatChunk usage = chunk(json, Json.array());
            usage.json().set("usage", json.path("usage"));
            chunks.add(usage);
        }
        return chunks;
    }

    private static ObjectNode said(JsonNode choice, int index) {
        ObjectNode said =
                choice instanceof ObjectNode object ? Json.shallowCopy(object) : Json.object();
        ObjectNode delta =
                said.remove("message") instanceof ObjectNode message
                        ? Json.shallowCopy(message)
                        : Json.object();
        if (delta.path("tool_calls") instanceof ArrayNode calls) {
            delta.set("tool_calls", indexed(calls));
        }
        said.put("index", index);
        said.set("delta", delta);
        return said.putNull("finish_reason");
    }

    private static ArrayNode indexed(ArrayNode calls) {
        var indexed = Json.array();
        for (JsonNode call : calls) {
            ObjectNode copy = Json.object().put("index", indexed.size());
            if (call instanceof ObjectNode object) {
                copy.setAll(object);
                copy.put("index", indexed.size());
            }
            indexed.add(copy);
        }
        return indexed;
    }

    private static JsonNode reason(JsonNode choice) {
        JsonNode reason = choice.path("finish_reason");
        return reason.isString()
                ? reason
                : Json.mapper()
                        .getNodeFactory()
                        .stringNode(
                                choice.path("message").path("tool_calls").isEmpty()
                                        ? "stop"
                                        : "tool_calls");
    }

    private static ChatChunk chunk(ObjectNode completion, ArrayNode choices) {
        ObjectNode chunk = Json.shallowCopy(completion);
        chunk.remove("usage");
        chunk.put("object", "chat.completion.chunk");
        chunk.set("choices", choices);
        return new ChatChunk(chunk);
    }
}
