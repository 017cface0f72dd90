package ai.robutler.models;

import ai.robutler.core.ChatRequest;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The tools of a request. Functions are renamed field by field; OpenAI's custom tools, which take
 * free text, become tools with one text argument; tools of Anthropic's own go as they are.
 *
 * @param definitions as Anthropic wants them
 * @param choice which of them to call, if the request says anything about it
 * @param custom the names of those that take free text
 */
record AnthropicTools(ArrayNode definitions, Optional<ObjectNode> choice, Set<String> custom) {
    /** The argument that carries a custom tool's text. */
    static final String CUSTOM_INPUT = "input";

    private static final String SEARCH = "web_search";

    AnthropicTools {
        custom = Set.copyOf(custom);
    }

    /**
     * @param used the tools that the conversation has calls of: Anthropic wants them defined even
     *     if no tool is offered any more
     */
    static AnthropicTools of(ChatRequest request, AnthropicFamily family, Set<String> used) {
        ArrayNode definitions = Json.array();
        Set<String> custom = new HashSet<>();
        JsonNode tools = request.field("tools");
        for (int i = 0; i < tools.size(); i++) {
            JsonNode tool = tools.get(i);
            definitions.add(definition(tool, family, "tools[" + i + "]"));
            if (tool.path("custom").isObject()) {
                custom.add(tool.path("custom").path("name").stringValue(""));
            }
        }
        if (request.field("web_search_options").isObject()) {
            definitions.add(search(request.field("web_search_options")));
        }
        if (definitions.isEmpty()) {
            used.forEach(name -> definitions.add(function(name)));
            return new AnthropicTools(
                    definitions, Optional.of(Json.object().put("type", "none")), custom);
        }
        return new AnthropicTools(
                allowed(definitions, request), new Choice(request).json(), custom);
    }

    /** Whether the model has to call a tool. */
    boolean isForced() {
        return choice.map(AnthropicContent::type)
                .filter(type -> type.equals("any") || type.equals("tool"))
                .isPresent();
    }

    private static ObjectNode function(String name) {
        var tool = Json.object().put("name", name);
        tool.set("input_schema", schema(Json.object()));
        return tool;
    }

    private static ObjectNode definition(JsonNode tool, AnthropicFamily family, String at) {
        if (!(tool instanceof ObjectNode given)) {
            throw InvalidRequestException.of(at, "'" + at + "' must be an object.");
        }
        if (given.path("function") instanceof ObjectNode function) {
            return function(given, function, family);
        }
        if (given.path("custom") instanceof ObjectNode custom) {
            return custom(given, custom);
        }
        return given; // A tool of Anthropic's own, such as web_search_20250305.
    }

    private static ObjectNode function(
            ObjectNode given, ObjectNode function, AnthropicFamily family) {
        ObjectNode tool = Json.object();
        for (var field : function.properties()) {
            switch (field.getKey()) {
                case "parameters", "strict" -> {}
                default -> {
                    if (!field.getValue().isNull()) {
                        tool.set(field.getKey(), field.getValue());
                    }
                }
            }
        }
        ObjectNode parameters =
                function.path("parameters") instanceof ObjectNode object ? object : Json.object();
        boolean strict =
                function.path("strict").booleanValue(false)
                        && family.schemas()
                        && AnthropicSchema.isExpressible(schema(parameters));
        if (strict) {
            tool.put("strict", true);
        }
        tool.set(
                "input_schema",
                strict ? AnthropicSchema.of(schema(parameters)) : schema(parameters));
        beside(given, tool);
        return tool;
    }

    private static ObjectNode custom(ObjectNode given, ObjectNode custom) {
        var tool = Json.object();
        tool.set("name", custom.path("name"));
        String format = custom.path("format").isObject() ? Json.write(custom.path("format")) : "";
        String description = custom.path("description").stringValue("");
        if (!format.isEmpty()) {
            description += (description.isEmpty() ? "" : "\n\n") + "Format of the input: " + format;
        }
        if (!description.isEmpty()) {
            tool.put("description", description);
        }
        var properties = Json.object();
        properties.set(CUSTOM_INPUT, Json.object().put("type", "string"));
        var schema = Json.object().put("type", "object");
        schema.set("properties", properties);
        schema.set("required", Json.array().add(CUSTOM_INPUT));
        tool.set("input_schema", schema);
        beside(given, tool);
        return tool;
    }

    /** What stands beside the function, such as {@code cache_control}. */
    private static void beside(ObjectNode given, ObjectNode tool) {
        for (var field : given.properties()) {
            if (!Set.of("type", "function", "custom").contains(field.getKey())
                    && !field.getValue().isNull()) {
                tool.set(field.getKey(), field.getValue());
            }
        }
    }

    private static ObjectNode schema(ObjectNode parameters) {
        if (parameters.path("type").stringValue("").equals("object")) {
            return parameters;
        }
        ObjectNode schema = Json.object().put("type", "object");
        if (!parameters.has("properties")) {
            schema.set("properties", Json.object());
        }
        schema.setAll(parameters);
        return schema.put("type", "object");
    }

    private static ObjectNode search(JsonNode options) {
        ObjectNode tool = Json.object().put("type", "web_search_20250305").put("name", SEARCH);
        if (options.path("user_location").path("approximate") instanceof ObjectNode place) {
            ObjectNode location = Json.object().put("type", "approximate");
            location.setAll(place);
            tool.set("user_location", location);
        }
        return tool;
    }

    /** Those that the request allows, if it allows some only. */
    private static ArrayNode allowed(ArrayNode definitions, ChatRequest request) {
        JsonNode choice = request.field("tool_choice");
        if (!choice.path("type").stringValue("").equals("allowed_tools")) {
            return definitions;
        }
        Set<String> names = new HashSet<>();
        for (JsonNode tool : choice.path("allowed_tools").path("tools")) {
            names.add(Choice.name(tool));
        }
        ArrayNode allowed = Json.array();
        for (JsonNode definition : definitions) {
            if (names.contains(definition.path("name").stringValue(""))) {
                allowed.add(definition);
            }
        }
        if (allowed.isEmpty()) {
            throw InvalidRequestException.of(
                    "tool_choice", "'tool_choice' allows none of the tools of the request.");
        }
        return allowed;
    }

    /** Which tools to call, and how many at once. */
    private record Choice(ChatRequest request) {

        Optional<ObjectNode> json() {
            JsonNode given = request.field("tool_choice");
            boolean single = !request.field("parallel_tool_calls").booleanValue(true);
            ObjectNode choice = given.isObject() ? named(given) : word(given.stringValue(""));
            if (single && choice.isEmpty()) {
                choice.put("type", "auto");
            }
            if (single && !AnthropicContent.type(choice).equals("none")) {
                choice.put("disable_parallel_tool_use", true);
            }
            return choice.isEmpty() ? Optional.empty() : Optional.of(choice);
        }

        private static ObjectNode word(String word) {
            return switch (word) {
                case "" -> Json.object();
                case "required" -> Json.object().put("type", "any");
                default -> Json.object().put("type", word);
            };
        }

        private static ObjectNode named(JsonNode given) {
            return switch (given.path("type").stringValue("")) {
                case "function", "custom" ->
                        Json.object().put("type", "tool").put("name", name(given));
                case "allowed_tools" ->
                        word(given.path("allowed_tools").path("mode").stringValue("auto"));
                default -> Json.shallowCopy((ObjectNode) given);
            };
        }

        static String name(JsonNode tool) {
            String type = tool.path("type").stringValue("");
            JsonNode name = tool.path(type).path("name");
            return name.isString() ? name.stringValue() : tool.path("name").stringValue("");
        }
    }
}
