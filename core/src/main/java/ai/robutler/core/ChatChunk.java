package ai.robutler.core;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One piece of a streamed answer: a view over a {@code chat.completion.chunk}. A chunk without
 * choices carries usage or a provider's own news.
 */
public record ChatChunk(ObjectNode json) {

    /**
     * A chunk of text, as a local completer makes it; id, model and time are set on its way out.
     */
    public static ChatChunk text(String text) {
        return delta(Json.object().put("content", text));
    }

    /** A chunk with this delta in its only choice. */
    public static ChatChunk delta(ObjectNode delta) {
        var choice = Json.object().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("finish_reason");
        return ofChoice(choice);
    }

    /** The last chunk of a choice. */
    public static ChatChunk finish(String reason) {
        var choice = Json.object().put("index", 0);
        choice.set("delta", Json.object());
        return ofChoice(choice.put("finish_reason", reason));
    }

    /** The chunk that only reports usage. */
    public static ChatChunk usage(Usage usage) {
        ObjectNode json = empty();
        json.set("choices", Json.array());
        json.set("usage", usage.json());
        return new ChatChunk(json);
    }

    private static ChatChunk ofChoice(ObjectNode choice) {
        ObjectNode json = empty();
        json.set("choices", Json.array(choice));
        return new ChatChunk(json);
    }

    private static ObjectNode empty() {
        return Json.object()
                .put("id", "")
                .put("object", "chat.completion.chunk")
                .put("created", 0)
                .put("model", "");
    }

    /** The text that this chunk adds to the first choice, "" where it adds none. */
    public String text() {
        return Json.text(firstChoice().path("delta"), "content");
    }

    /** The finish reason of the first choice, "" where it goes on. */
    public String finishReason() {
        return Json.text(firstChoice(), "finish_reason");
    }

    public Usage usage() {
        return Usage.in(json);
    }

    private JsonNode firstChoice() {
        return json.path("choices").path(0);
    }
}
