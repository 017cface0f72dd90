package ai.robutler.testkit;

import static ai.robutler.testkit.AnthropicCheck.refused;
import static ai.robutler.testkit.AnthropicCheck.text;

import tools.jackson.databind.JsonNode;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Messages: the user begins, roles take turns, no text is empty, and the user message behind an
 * assistant's tool calls starts with the result of each.
 */
final class AnthropicConversationCheck {

    private static final int MOST_BREAKPOINTS = 4;

    private final Set<String> used = new LinkedHashSet<>();
    private Set<String> open = new LinkedHashSet<>();

    private AnthropicConversationCheck() {}

    static void check(JsonNode call) {
        system(call.path("system"));
        JsonNode messages = call.path("messages");
        if (!messages.isArray()) {
            throw refused("messages", "Field required");
        }
        if (messages.isEmpty()) {
            throw refused("messages", "at least one message is required");
        }
        var conversation = new AnthropicConversationCheck();
        for (int index = 0; index < messages.size(); index++) {
            conversation.message(messages, index);
        }
        conversation.allAnswered("messages." + (messages.size() - 1));
        if (call.findValues("cache_control").size() > MOST_BREAKPOINTS) {
            throw refused(
                    "",
                    "A maximum of 4 blocks with cache_control may be provided. Found "
                            + call.findValues("cache_control").size()
                            + ".");
        }
    }

    private static void system(JsonNode system) {
        for (int index = 0; system.isArray() && index < system.size(); index++) {
            textBlock(system.get(index), "system." + index);
        }
        if (!system.isMissingNode() && !system.isArray()) {
            text(system, "system");
        }
    }

    private void message(JsonNode messages, int index) {
        JsonNode message = messages.get(index);
        String at = "messages." + index;
        String role = text(message.path("role"), at + ".role");
        if (!role.equals("user") && !role.equals("assistant")) {
            throw refused(at + ".role", "Input should be 'user' or 'assistant'");
        }
        if (index == 0 && role.equals("assistant")) {
            throw refused("messages", "first message must use the \"user\" role");
        }
        if (index > 0 && messages.get(index - 1).path("role").stringValue("").equals(role)) {
            throw refused("messages", "roles must alternate between \"user\" and \"assistant\"");
        }
        for (String field : message.propertyNames()) {
            if (!field.equals("role") && !field.equals("content")) {
                throw refused(at + "." + field, "Extra inputs are not permitted");
            }
        }
        JsonNode content = message.path("content");
        boolean last = index == messages.size() - 1;
        if (content.isString()) {
            if (content.stringValue().isBlank()) {
                throw refused(at, "text content blocks must contain non-whitespace text");
            }
            allAnswered(at);
        } else {
            content(content, role, at);
        }
        if (last && role.equals("assistant")) {
            ending(content);
        }
    }

    private static void ending(JsonNode content) {
        String text =
                content.isString()
                        ? content.stringValue()
                        : content.path(content.size() - 1).path("text").stringValue("");
        if (!text.equals(text.stripTrailing())) {
            throw refused(
                    "messages", "final assistant content cannot end with trailing whitespace");
        }
    }

    private void content(JsonNode content, String role, String at) {
        if (!content.isArray() || content.isEmpty()) {
            throw refused(at + ".content", "Input should be a non-empty list or a string");
        }
        Set<String> called = new LinkedHashSet<>();
        boolean past = false;
        for (int index = 0; index < content.size(); index++) {
            JsonNode block = content.get(index);
            String where = at + ".content." + index;
            String type = text(block.path("type"), where + ".type");
            boolean user = role.equals("user");
            switch (type) {
                case "text" -> textBlock(block, where);
                case "tool_result" -> {
                    if (!user || past) {
                        throw refused(
                                where, "tool_result blocks must come first in a user message");
                    }
                    answered(block, where);
                    continue;
                }
                case "tool_use" -> {
                    if (user) {
                        throw refused(where, "tool_use blocks can only be in assistant messages");
                    }
                    called.add(called(block, where));
                }
                case "image", "document" -> {
                    if (!user) {
                        throw refused(where, type + " blocks can only be in user messages");
                    }
                    source(block.path("source"), where + ".source");
                }
                case "thinking" -> thought(block, user, where);
                case "redacted_thinking" -> text(block.path("data"), where + ".data");
                default -> {}
            }
            past = true;
            if (user) {
                allAnswered(at);
            }
        }
        if (!role.equals("user")) {
            allAnswered(at);
            open = called;
        }
    }

    private static void textBlock(JsonNode block, String at) {
        if (!block.path("text").isString()) {
            throw refused(at + ".text", "Field required");
        }
        if (block.path("text").stringValue().isBlank()) {
            throw refused(at + ".text", "text content blocks must contain non-whitespace text");
        }
    }

    private String called(JsonNode block, String at) {
        String id = text(block.path("id"), at + ".id");
        if (!id.matches("[a-zA-Z0-9_-]+")) {
            throw refused(at + ".id", "String should match pattern '^[a-zA-Z0-9_-]+$'");
        }
        AnthropicToolsCheck.name(block.path("name"), at + ".name");
        if (!block.path("input").isObject()) {
            throw refused(at + ".input", "Input should be a valid dictionary");
        }
        if (!used.add(id)) {
            throw refused(at, "`tool_use` ids must be unique");
        }
        return id;
    }

    private void answered(JsonNode block, String at) {
        String id = text(block.path("tool_use_id"), at + ".tool_use_id");
        if (!open.remove(id)) {
            throw refused(
                    at,
                    "unexpected `tool_use_id` found in `tool_result` blocks: "
                            + id
                            + ". Each `tool_result` block must have a corresponding `tool_use` block in the previous message.");
        }
        JsonNode content = block.path("content");
        for (int index = 0; content.isArray() && index < content.size(); index++) {
            if (content.get(index).path("type").stringValue("").equals("text")) {
                textBlock(content.get(index), at + ".content." + index);
            }
        }
        if (!content.isMissingNode() && !content.isArray() && !content.isString()) {
            throw refused(at + ".content", "Input should be a valid string or list");
        }
    }

    private void allAnswered(String at) {
        if (!open.isEmpty()) {
            throw refused(
                    at,
                    "`tool_use` ids were found without `tool_result` blocks immediately after: "
                            + String.join(", ", open)
                            + ". Each `tool_use` block must have a corresponding `tool_result` block in the next message.");
        }
    }

    private static void thought(JsonNode block, boolean user, String at) {
        if (user) {
            throw refused(at, "thinking blocks can only be in assistant messages");
        }
        String thought = block.path("thinking").stringValue("");
        String signature = text(block.path("signature"), at + ".signature");
        if (!signature.equals(AnthropicBlocks.signature(thought))) {
            throw refused(at, "Invalid `signature` in `thinking` block");
        }
    }

    private static void source(JsonNode source, String at) {
        switch (text(source.path("type"), at + ".type")) {
            case "base64" -> {
                text(source.path("media_type"), at + ".media_type");
                text(source.path("data"), at + ".data");
            }
            case "url" -> text(source.path("url"), at + ".url");
            case "file" -> text(source.path("file_id"), at + ".file_id");
            case "text" -> text(source.path("data"), at + ".data");
            case "content" -> {}
            default -> throw refused(at + ".type", "unknown type of source");
        }
    }
}
