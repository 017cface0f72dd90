package ai.robutler.core;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A tool as a model is told of it: a view over {@code tools[]} of a request. */
public record ToolDefinition(ObjectNode json) {

    /** A function tool with its parameters as JSON Schema. */
    public static ToolDefinition function(String name, String description, ObjectNode parameters) {
        var function = Json.object().put("name", name).put("description", description);
        function.set("parameters", parameters);
        var json = Json.object().put("type", "function");
        json.set("function", function);
        return new ToolDefinition(json);
    }

    public String name() {
        return Json.text(body(), "name");
    }

    public String description() {
        return Json.text(body(), "description");
    }

    /** The schema of the arguments, a missing node where there is none. */
    public JsonNode parameters() {
        return body().path("parameters");
    }

    /** Functions have a name to call; hosted tools of a provider (by other types) need not. */
    public boolean isFunction() {
        return Json.text(json, "type").equals("function");
    }

    private JsonNode body() {
        return json.path(Json.text(json, "type").equals("custom") ? "custom" : "function");
    }
}
