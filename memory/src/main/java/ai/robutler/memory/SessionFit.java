package ai.robutler.memory;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Makes a turn that is too large to be kept smaller: pictures and files give way to a word about
 * them, then long texts are cut, arguments of calls as well. No message goes, so that calls and
 * results stay together.
 */
final class SessionFit {
    private static final String CUT = "… (too long to be kept)";

    private SessionFit() {}

    /** The messages in no more bytes of JSON; the same if they fit as they are. */
    static List<ChatMessage> within(int bytes, List<ChatMessage> messages) {
        if (bytes(messages) <= bytes) {
            return messages;
        }
        List<ChatMessage> smaller = messages.stream().map(SessionFit::withoutData).toList();
        for (int longest = bytes / 4; bytes(smaller) > bytes && longest > 16; longest /= 2) {
            int limit = longest;
            smaller = smaller.stream().map(message -> cut(message, limit)).toList();
        }
        return smaller;
    }

    static int bytes(List<ChatMessage> messages) {
        return json(messages).getBytes(StandardCharsets.UTF_8).length;
    }

    static String json(List<ChatMessage> messages) {
        return Json.write(Json.array(messages.stream().map(ChatMessage::json).toList()));
    }

    private static ChatMessage withoutData(ChatMessage message) {
        if (!(message.json().path("content") instanceof ArrayNode parts)) {
            return message;
        }
        ArrayNode kept = Json.array();
        for (JsonNode part : parts) {
            String type = part.path("type").asString("part");
            kept.add(
                    part.path("text").isString()
                            ? part
                            : text("(" + type + ": too large to be kept)"));
        }
        ObjectNode copy = Json.shallowCopy(message.json());
        copy.set("content", kept);
        return new ChatMessage(copy);
    }

    private static ObjectNode text(String text) {
        return Json.object().put("type", "text").put("text", text);
    }

    /** Only what a model reads stays long; of the other fields those that are too long go. */
    private static ChatMessage cut(ChatMessage message, int longest) {
        ObjectNode copy = message.json().deepCopy();
        for (String field : List.copyOf(copy.propertyNames())) {
            JsonNode value = copy.path(field);
            switch (field) {
                case "role", "tool_call_id", "name" -> {}
                case "content" -> copy.set(field, cut(value, longest));
                case "tool_calls" -> value.forEach(call -> cutArguments(call, longest));
                default -> {
                    if (Json.write(value).length() > longest) {
                        copy.remove(field);
                    }
                }
            }
        }
        return new ChatMessage(copy);
    }

    private static JsonNode cut(JsonNode content, int longest) {
        if (content.isString()) {
            return Json.mapper().getNodeFactory().stringNode(cut(content.stringValue(), longest));
        }
        if (content instanceof ArrayNode parts) {
            // Many short parts are as large as one long one.
            return text(parts, longest);
        }
        return content;
    }

    private static ArrayNode text(ArrayNode parts, int longest) {
        var joined = new StringBuilder();
        for (JsonNode part : parts) {
            joined.append(part.path("text").asString(""));
        }
        return Json.array(text(cut(joined.toString(), longest)));
    }

    private static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = Math.max(0, longest - CUT.length());
        boolean splits = end > 0 && Character.isHighSurrogate(text.charAt(end - 1));
        return text.substring(0, splits ? end - 1 : end) + CUT;
    }

    /** Arguments must stay JSON. */
    private static void cutArguments(JsonNode call, int longest) {
        if (call.path("function") instanceof ObjectNode function
                && function.path("arguments").asString("").length() > longest) {
            function.put("arguments", "{}");
        }
        if (call.path("custom") instanceof ObjectNode custom
                && custom.path("input").asString("").length() > longest) {
            custom.put("input", CUT);
        }
    }
}
