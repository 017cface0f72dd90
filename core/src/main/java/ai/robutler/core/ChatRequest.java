package ai.robutler.core;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;

/**
 * A request for a completion: a typed view over its JSON, so that every field, documented or not
 * invented yet, reaches the provider. Views are immutable to their readers; {@code with…} makes a
 * changed copy that shares what did not change.
 *
 * <p>Source of the format: OpenAI, "Create chat completion".
 */
public record ChatRequest(ObjectNode json) {

    /** A conversation of one user message. */
    public static ChatRequest of(String userMessage) {
        return of(ChatMessage.user(userMessage));
    }

    public static ChatRequest of(ChatMessage... messages) {
        return of(List.of(messages));
    }

    public static ChatRequest of(List<ChatMessage> messages) {
        return new ChatRequest(Json.object()).withMessages(messages);
    }

    /** The model's name, "" where the request names none. */
    public String model() {
        return Json.text(json, "model");
    }

    public List<ChatMessage> messages() {
        JsonNode messages = json.path("messages");
        var list = new ArrayList<ChatMessage>(messages.size());
        for (JsonNode message : messages) {
            if (message instanceof ObjectNode object) {
                list.add(new ChatMessage(object));
            }
        }
        return list;
    }

    public boolean stream() {
        return json.path("stream").asBoolean(false);
    }

    /** Whether the client wants the usage chunk at the end of the stream. */
    public boolean includeUsage() {
        return json.path("stream_options").path("include_usage").asBoolean(false);
    }

    /** How many alternative answers are wanted, 1 by default. */
    public int choices() {
        return json.path("n").asInt(1);
    }

    /** The request's own tools, of every type, as they came. */
    public List<ToolDefinition> tools() {
        JsonNode tools = json.path("tools");
        var list = new ArrayList<ToolDefinition>(tools.size());
        for (JsonNode tool : tools) {
            if (tool instanceof ObjectNode object) {
                list.add(new ToolDefinition(object));
            }
        }
        return list;
    }

    /** The field's value, a missing node where the request has none. */
    public JsonNode field(String name) {
        return json.path(name);
    }

    public ChatRequest withMessages(List<ChatMessage> messages) {
        return with("messages", Json.array(messages.stream().map(ChatMessage::json).toList()));
    }

    /** With these tools; none removes the field. */
    public ChatRequest withTools(List<ToolDefinition> tools) {
        return tools.isEmpty()
                ? without("tools")
                : with("tools", Json.array(tools.stream().map(ToolDefinition::json).toList()));
    }

    public ChatRequest withModel(String model) {
        return with("model", Json.mapper().getNodeFactory().stringNode(model));
    }

    public ChatRequest with(String field, JsonNode value) {
        ObjectNode copy = Json.shallowCopy(json);
        copy.set(field, value);
        return new ChatRequest(copy);
    }

    public ChatRequest without(String field) {
        if (!json.has(field)) {
            return this;
        }
        ObjectNode copy = Json.shallowCopy(json);
        copy.remove(field);
        return new ChatRequest(copy);
    }
}
