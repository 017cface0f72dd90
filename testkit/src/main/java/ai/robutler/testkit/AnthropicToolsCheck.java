package ai.robutler.testkit;

import static ai.robutler.testkit.AnthropicCheck.refused;
import static ai.robutler.testkit.AnthropicCheck.text;

import tools.jackson.databind.JsonNode;

import java.util.HashSet;
import java.util.Set;

/** Tools: named rightly and once, there when the conversation calls some, and chosen only then. */
final class AnthropicToolsCheck {

    private AnthropicToolsCheck() {}

    static void check(JsonNode call) {
        JsonNode tools = call.path("tools");
        if (!tools.isMissingNode() && !tools.isArray()) {
            throw refused("tools", "Input should be a valid list");
        }
        Set<String> names = new HashSet<>();
        for (int index = 0; index < tools.size(); index++) {
            tool(tools.get(index), "tools." + index, names);
        }
        if (tools.isEmpty() && usesTools(call.path("messages"))) {
            throw refused(
                    "",
                    "Requests which include `tool_use` or `tool_result` blocks must define tools");
        }
        choice(call.path("tool_choice"), names);
    }

    private static boolean usesTools(JsonNode messages) {
        return messages.valueStream()
                .flatMap(message -> message.path("content").valueStream())
                .map(block -> block.path("type").stringValue(""))
                .anyMatch(type -> type.equals("tool_use") || type.equals("tool_result"));
    }

    private static void tool(JsonNode tool, String at, Set<String> names) {
        name(tool.path("name"), at + ".name");
        if (!names.add(tool.path("name").stringValue())) {
            throw refused("tools", "Tool names must be unique.");
        }
        boolean ours = tool.path("type").stringValue("custom").equals("custom");
        JsonNode schema = tool.path("input_schema");
        if (ours && !schema.path("type").stringValue("").equals("object")) {
            throw refused(at + ".input_schema.type", "Input should be 'object'");
        }
        if (ours && tool.has("function")) {
            throw refused(at + ".function", "Extra inputs are not permitted");
        }
        if (tool.has("description") && !tool.path("description").isString()) {
            throw refused(at + ".description", "Input should be a valid string");
        }
    }

    static void name(JsonNode name, String at) {
        if (!text(name, at).matches("[a-zA-Z0-9_-]{1,128}")) {
            throw refused(at, "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
        }
    }

    private static void choice(JsonNode choice, Set<String> names) {
        if (choice.isMissingNode()) {
            return;
        }
        String type = text(choice.path("type"), "tool_choice.type");
        if (!Set.of("auto", "any", "tool", "none").contains(type)) {
            throw refused(
                    "tool_choice", "Input tag '" + type + "' does not match the expected tags");
        }
        if (names.isEmpty()) {
            throw refused("tool_choice", "may only be specified while providing tools");
        }
        if (type.equals("tool")
                && !names.contains(text(choice.path("name"), "tool_choice.tool.name"))) {
            throw refused("tool_choice", "Tool '" + choice.path("name").asString() + "' not found");
        }
        if (type.equals("none") && choice.has("disable_parallel_tool_use")) {
            throw refused(
                    "tool_choice.none.disable_parallel_tool_use", "Extra inputs are not permitted");
        }
    }
}
