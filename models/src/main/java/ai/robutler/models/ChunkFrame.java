package ai.robutler.models;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.Json;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Instant;

/** What all chunks of one answer have in common, and the role that only the first one names. */
final class ChunkFrame {
    private final long created = Instant.now().getEpochSecond();
    private String id = "";
    private String model = "";
    private boolean begun;

    /** The first names hold. */
    void named(String id, String model) {
        if (this.id.isEmpty()) {
            this.id = id;
            this.model = model;
        }
    }

    ObjectNode envelope(String object) {
        return Json.object()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", model);
    }

    /** A chunk with this delta in its only choice. */
    ChatChunk delta(ObjectNode delta) {
        ObjectNode dressed = Json.object();
        if (!begun) {
            begun = true;
            dressed.put("role", "assistant");
        }
        dressed.setAll(delta);
        ObjectNode choice = Json.object().put("index", 0);
        choice.set("delta", dressed);
        return choices(Json.array(choice.putNull("finish_reason")));
    }

    ChatChunk choices(ArrayNode choices) {
        ObjectNode json = envelope("chat.completion.chunk");
        json.set("choices", choices);
        return new ChatChunk(json);
    }
}
