package ai.robutler.testkit;

import tools.jackson.databind.JsonNode;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Messages: known roles, content where it must be, and each tool call answered exactly once, at its
 * place.
 */
final class OpenAiConversationCheck {

    private static final Set<String> ROLES =
            Set.of("system", "developer", "user", "assistant", "tool", "function");

    private final Set<String> open = new LinkedHashSet<>();

    private OpenAiConversationCheck() {}

    static void check(JsonNode messages) {
        if (messages.isMissingNode() || messages.isNull()) {
            throw Refused.missing("messages");
        }
        if (!messages.isArray()) {
            throw Refused.type("messages", "an array of objects", messages);
        }
        if (messages.isEmpty()) {
            throw Refused.empty("messages");
        }
        OpenAiConversationCheck conversation = new OpenAiConversationCheck();
        for (int index = 0; index < messages.size(); index++) {
            conversation.message(messages.get(index), "messages[" + index + "]");
        }
        conversation.allAnswered("messages[" + messages.size() + "].role");
    }

    private void message(JsonNode message, String at) {
        if (!message.isObject()) {
            throw Refused.type(at, "an object", message);
        }
        JsonNode role = message.path("role");
        if (role.isMissingNode()) {
            throw Refused.missing(at + ".role");
        }
        if (!role.isString() || !ROLES.contains(role.stringValue())) {
            throw new Refused(
                    at + ".role",
                    "invalid_value",
                    "Invalid value: %s. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'."
                            .formatted(role));
        }
        if (role.stringValue().equals("tool")) {
            answered(message, at);
        } else {
            allAnswered(at + ".role");
        }
        content(message, role.stringValue(), at + ".content");
        if (message.hasNonNull("tool_calls")) {
            calls(message, role.stringValue(), at + ".tool_calls");
        }
    }

    private static void content(JsonNode message, String role, String at) {
        JsonNode content = message.path("content");
        if (content.isMissingNode() || content.isNull()) {
            boolean mayBeNull =
                    role.equals("function") || (role.equals("assistant") && speaks(message));
            if (!mayBeNull) {
                throw new Refused(
                        at, "", "Invalid value for 'content': expected a string, got null.");
            }
        } else if (content.isArray()) {
            for (int part = 0; part < content.size(); part++) {
                if (!content.get(part).path("type").isString()) {
                    throw Refused.missing(at + "[" + part + "].type");
                }
            }
        } else if (!content.isString()) {
            throw Refused.type(at, "one of a string or array of objects", content);
        }
    }

    private static boolean speaks(JsonNode message) {
        return message.hasNonNull("tool_calls")
                || message.hasNonNull("refusal")
                || message.hasNonNull("function_call")
                || message.hasNonNull("audio");
    }

    private void calls(JsonNode message, String role, String at) {
        JsonNode calls = message.path("tool_calls");
        if (!role.equals("assistant")) {
            throw new Refused(
                    at, "", "'tool_calls' is only allowed in messages of role 'assistant'.");
        }
        if (!calls.isArray()) {
            throw Refused.type(at, "an array of objects", calls);
        }
        if (calls.isEmpty()) {
            throw Refused.empty(at);
        }
        for (int index = 0; index < calls.size(); index++) {
            call(calls.get(index), at + "[" + index + "]");
        }
    }

    private void call(JsonNode call, String at) {
        String id = text(call.path("id"), at + ".id");
        String type = text(call.path("type"), at + ".type");
        if (type.equals("function")) {
            OpenAiToolsCheck.name(call.path("function").path("name"), at + ".function.name");
            text(call.path("function").path("arguments"), at + ".function.arguments");
        }
        if (!open.add(id)) {
            throw new Refused(
                    at + ".id", "invalid_value", "Duplicate tool_call id '%s'.".formatted(id));
        }
    }

    private static String text(JsonNode node, String at) {
        if (node.isMissingNode()) {
            throw Refused.missing(at);
        }
        if (!node.isString()) {
            throw Refused.type(at, "a string", node);
        }
        return node.stringValue();
    }

    private void answered(JsonNode message, String at) {
        if (open.isEmpty()) {
            throw new Refused(
                    at + ".role",
                    "",
                    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.");
        }
        String id = text(message.path("tool_call_id"), at + ".tool_call_id");
        if (!open.remove(id)) {
            throw new Refused(
                    at + ".tool_call_id",
                    "",
                    "Invalid parameter: 'tool_call_id' of '%s' not found in 'tool_calls' of previous message, or answered twice."
                            .formatted(id));
        }
    }

    private void allAnswered(String at) {
        if (!open.isEmpty()) {
            throw new Refused(
                    at,
                    "",
                    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: "
                            + String.join(", ", open));
        }
    }
}
