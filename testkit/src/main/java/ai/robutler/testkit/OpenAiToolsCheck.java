package ai.robutler.testkit;

import tools.jackson.databind.JsonNode;

import java.util.HashSet;
import java.util.Set;

/** Tools: named rightly and once, and chosen only if they are there. */
final class OpenAiToolsCheck {

    private static final int LONGEST_NAME = 64;

    private OpenAiToolsCheck() {}

    static void check(JsonNode call) {
        JsonNode tools = call.path("tools");
        if (!call.hasNonNull("tools")) {
            for (String field : new String[] {"tool_choice", "parallel_tool_calls"}) {
                if (call.hasNonNull(field)) {
                    throw new Refused(
                            field,
                            "",
                            "'" + field + "' is only allowed when 'tools' are specified.");
                }
            }
            return;
        }
        if (!tools.isArray()) {
            throw Refused.type("tools", "an array of objects", tools);
        }
        if (tools.isEmpty()) {
            throw Refused.empty("tools");
        }
        Set<String> names = new HashSet<>();
        for (int index = 0; index < tools.size(); index++) {
            tool(tools.get(index), "tools[" + index + "]", names);
        }
        choice(call.path("tool_choice"), names);
    }

    /** A name as OpenAI allows it: {@code ^[a-zA-Z0-9_-]{1,64}$}. */
    static void name(JsonNode name, String at) {
        if (name.isMissingNode()) {
            throw Refused.missing(at);
        }
        if (!name.isString()) {
            throw Refused.type(at, "a string", name);
        }
        String text = name.stringValue();
        if (text.length() > LONGEST_NAME) {
            throw new Refused(
                    at,
                    "string_above_max_length",
                    "Invalid '%s': string too long. Expected a string with maximum length %d, but got a string with length %d instead."
                            .formatted(at, LONGEST_NAME, text.length()));
        }
        if (!text.matches("[a-zA-Z0-9_-]+")) {
            throw new Refused(
                    at,
                    "invalid_value",
                    "Invalid '%s': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'."
                            .formatted(at));
        }
    }

    private static void tool(JsonNode tool, String at, Set<String> names) {
        if (!tool.isObject()) {
            throw Refused.type(at, "an object", tool);
        }
        String type = tool.path("type").stringValue("");
        if (type.isEmpty()) {
            throw Refused.missing(at + ".type");
        }
        if (!type.equals("function") && !type.equals("custom")) {
            throw new Refused(
                    at + ".type",
                    "invalid_value",
                    "Invalid value: '%s'. Supported values are: 'function' and 'custom'."
                            .formatted(type));
        }
        JsonNode definition = tool.path(type);
        if (!definition.isObject()) {
            throw Refused.missing(at + "." + type);
        }
        JsonNode name = definition.path("name");
        name(name, at + "." + type + ".name");
        if (!names.add(name.stringValue())) {
            throw new Refused(
                    at + "." + type + ".name",
                    "invalid_value",
                    "Invalid 'tools': the tool name '%s' is used more than once; tool names must be unique."
                            .formatted(name.stringValue()));
        }
        JsonNode parameters = definition.path("parameters");
        if (type.equals("function") && definition.hasNonNull("parameters")) {
            schema(name.stringValue(), parameters, at + ".function.parameters");
        }
    }

    private static void schema(String tool, JsonNode schema, String at) {
        if (!schema.isObject()) {
            throw Refused.type(at, "an object", schema);
        }
        if (!schema.isEmpty() && !schema.path("type").stringValue("").equals("object")) {
            throw new Refused(
                    at,
                    "invalid_function_parameters",
                    "Invalid schema for function '%s': schema must be a JSON Schema of 'type: \"object\"', got 'type: %s'."
                            .formatted(tool, schema.path("type")));
        }
    }

    private static void choice(JsonNode choice, Set<String> names) {
        if (choice.isMissingNode() || choice.isNull()) {
            return;
        }
        if (choice.isString()) {
            if (!Set.of("none", "auto", "required").contains(choice.stringValue())) {
                throw new Refused(
                        "tool_choice",
                        "invalid_value",
                        "Invalid value: %s. Supported values are: 'none', 'auto', and 'required'."
                                .formatted(choice));
            }
            return;
        }
        if (!choice.isObject()) {
            throw Refused.type("tool_choice", "one of a string or an object", choice);
        }
        String type = choice.path("type").stringValue("");
        if (type.equals("allowed_tools")) {
            for (JsonNode tool : choice.path("allowed_tools").path("tools")) {
                chosen(tool, names);
            }
        } else {
            chosen(choice, names);
        }
    }

    private static void chosen(JsonNode tool, Set<String> names) {
        String type = tool.path("type").stringValue("");
        JsonNode name = tool.path(type).path("name");
        if (!name.isString()) {
            throw Refused.missing("tool_choice." + (type.isEmpty() ? "type" : type + ".name"));
        }
        if (!names.contains(name.stringValue())) {
            throw new Refused(
                    "tool_choice",
                    "",
                    "Invalid value for 'tool_choice': the function '%s' is not in 'tools'."
                            .formatted(name.stringValue()));
        }
    }
}
