package ai.robutler.core;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model's wish to have a tool called: a view over {@code tool_calls[]} of an assistant message.
 * Calls of type {@code custom} carry free text instead of JSON arguments.
 */
public record ToolCall(ObjectNode json) {

    public static ToolCall function(String id, String name, String arguments) {
        var function = Json.object().put("name", name).put("arguments", arguments);
        var json = Json.object().put("id", id).put("type", "function");
        json.set("function", function);
        return new ToolCall(json);
    }

    public String id() {
        return Json.text(json, "id");
    }

    public String name() {
        return Json.text(body(), "name");
    }

    /** The arguments exactly as the model wrote them: JSON text if the model made no mistake. */
    public String arguments() {
        return Json.text(body(), isFunction() ? "arguments" : "input");
    }

    public boolean isFunction() {
        return !json.has("custom");
    }

    public ToolCall withArguments(String arguments) {
        ObjectNode copy = json.deepCopy();
        copy.withObject(isFunction() ? "/function" : "/custom")
                .put(isFunction() ? "arguments" : "input", arguments);
        return new ToolCall(copy);
    }

    private JsonNode body() {
        return json.path(isFunction() ? "function" : "custom");
    }
}
