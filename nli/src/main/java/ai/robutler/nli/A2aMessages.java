package ai.robutler.nli;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.nli.A2aException.Kind;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;

/** Messages of the A2A protocol as those of a conversation with an agent. */
final class A2aMessages {
    private A2aMessages() {}

    /** Lets pass what is a message of a user's. */
    static ObjectNode require(JsonNode message) {
        if (!(message instanceof ObjectNode object)) {
            throw wrong("'message' is missing.");
        }
        if (text(object, "messageId").isEmpty()) {
            throw wrong("'message.messageId' is missing.");
        }
        if (!text(object, "role").equals("ROLE_USER")) {
            throw wrong("'message.role' must be ROLE_USER.");
        }
        if (!object.path("parts").isArray() || object.path("parts").isEmpty()) {
            throw wrong("'message.parts' must have at least one part.");
        }
        return object;
    }

    static String text(JsonNode node, String field) {
        return node.path(field).asString("");
    }

    private static A2aException wrong(String what) {
        return new A2aException(Kind.INVALID_PARAMS, what);
    }

    /** What the agent is asked: the conversation so far, and the message. */
    static ChatRequest request(List<A2aTask> before, ObjectNode message) {
        var messages = new ArrayList<ChatMessage>();
        for (A2aTask task : before) {
            messages.add(chat(stored(task)));
            messages.add(ChatMessage.assistant(task.answer()));
        }
        messages.add(chat(message));
        return ChatRequest.of(messages);
    }

    private static ObjectNode stored(A2aTask task) {
        try {
            return Json.parseObject(task.question());
        } catch (JsonSyntaxException e) {
            throw new IllegalStateException("task " + task.id() + " has no message", e);
        }
    }

    private static ChatMessage chat(ObjectNode message) {
        ArrayNode parts = Json.array();
        boolean plain = true;
        var text = new StringBuilder();
        for (JsonNode part : message.path("parts")) {
            ObjectNode converted = part(part);
            plain &= text(converted, "type").equals("text");
            text.append(text.isEmpty() ? "" : "\n").append(text(converted, "text"));
            parts.add(converted);
        }
        if (plain) {
            return ChatMessage.user(text.toString());
        }
        ObjectNode json = Json.object().put("role", "user");
        json.set("content", parts);
        return new ChatMessage(json);
    }

    private static ObjectNode part(JsonNode part) {
        if (part.path("text").isString()) {
            return Json.object().put("type", "text").put("text", text(part, "text"));
        }
        if (part.has("data")) {
            return Json.object().put("type", "text").put("text", Json.write(part.path("data")));
        }
        String media = text(part, "mediaType");
        String url =
                part.path("raw").isString()
                        ? "data:" + media + ";base64," + text(part, "raw")
                        : text(part, "url");
        if (url.isEmpty() || !media.matches("image/[a-z0-9.+-]{1,40}")) {
            throw new A2aException(
                    Kind.CONTENT_TYPE_NOT_SUPPORTED,
                    "Parts may be text, data, or images; not '" + safe(media) + "'.");
        }
        ObjectNode image = Json.object().put("type", "image_url");
        image.putObject("image_url").put("url", url);
        return image;
    }

    static String safe(String text) {
        String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
        return printable.length() > 100 ? printable.substring(0, 100) : printable;
    }
}
