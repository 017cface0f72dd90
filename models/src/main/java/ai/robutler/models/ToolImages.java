package ai.robutler.models;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Images in the results of tools, for Chat Completions: tool messages carry text alone, so the
 * images follow in a message of the user's behind the results of the turn. A model that is not
 * known to read images is told in words that one was left out.
 */
final class ToolImages {
    private static final String LEFT_OUT = "[An image was left out: this model takes none.]";

    private final ArrayNode messages = Json.array();
    private final ArrayNode images = Json.array();
    private final boolean sees;

    private ToolImages(boolean sees) {
        this.sees = sees;
    }

    /** Changes the messages of the request, which is its caller's own, where there are any. */
    static void moved(ObjectNode request, boolean sees) {
        JsonNode given = request.path("messages");
        boolean any = false;
        for (JsonNode message : given) {
            any |= hasImage(message);
        }
        if (!any) {
            return;
        }
        var moved = new ToolImages(sees);
        given.forEach(moved::add);
        moved.flush();
        request.set("messages", moved.messages);
    }

    private static boolean isTool(JsonNode message) {
        return message.path("role").asString("").equals("tool");
    }

    private static boolean isImage(JsonNode part) {
        return part.path("type").asString("").equals("image_url");
    }

    private static boolean hasImage(JsonNode message) {
        boolean any = false;
        if (isTool(message) && message.path("content").isArray()) {
            for (JsonNode part : message.path("content")) {
                any |= isImage(part);
            }
        }
        return any;
    }

    private void add(JsonNode message) {
        if (!isTool(message)) {
            flush();
        }
        messages.add(
                hasImage(message) && message instanceof ObjectNode object
                        ? withoutImages(object)
                        : message);
    }

    private ObjectNode withoutImages(ObjectNode message) {
        var text = new StringBuilder();
        boolean first = true;
        for (JsonNode part : message.path("content")) {
            if (!isImage(part)) {
                text.append(part.path("text").asString(""));
                continue;
            }
            if (!sees) {
                text.append(text.isEmpty() ? "" : "\n").append(LEFT_OUT);
                continue;
            }
            if (first) {
                String id = message.path("tool_call_id").asString("");
                images.add(
                        Json.object()
                                .put("type", "text")
                                .put("text", "Images in the result of the tool call " + id + ":"));
                first = false;
            }
            images.add(part);
        }
        return Json.shallowCopy(message).put("content", text.toString());
    }

    private void flush() {
        if (!images.isEmpty()) {
            var message = Json.object().put("role", "user");
            message.set("content", images.deepCopy());
            messages.add(message);
            images.removeAll();
        }
    }
}
