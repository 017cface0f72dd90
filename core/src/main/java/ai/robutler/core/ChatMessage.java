package ai.robutler.core;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;

/**
 * One message of a conversation: a typed view over its JSON, so that fields unknown here are kept.
 *
 * <p>Source of the format: OpenAI, "Create chat completion", {@code messages}. The tree behind a
 * view must not be changed by its readers.
 */
public record ChatMessage(ObjectNode json) {

    public static ChatMessage system(String text) {
        return of("system", text);
    }

    public static ChatMessage user(String text) {
        return of("user", text);
    }

    public static ChatMessage assistant(String text) {
        return of("assistant", text);
    }

    /** The result of the tool call with this id. */
    public static ChatMessage tool(String callId, String result) {
        var json = Json.object();
        json.put("role", "tool").put("tool_call_id", callId).put("content", result);
        return new ChatMessage(json);
    }

    /** The result of the tool call with this id, with content parts beside its text. */
    static ChatMessage tool(String callId, ToolResult result) {
        ChatMessage message = tool(callId, result.content());
        if (!result.parts().isEmpty()) {
            var content = Json.array();
            content.add(Json.object().put("type", "text").put("text", result.content()));
            content.addAll(result.parts());
            message.json().set("content", content);
        }
        return message;
    }

    private static ChatMessage of(String role, String text) {
        return new ChatMessage(Json.object().put("role", role).put("content", text));
    }

    public String role() {
        return Json.text(json, "role");
    }

    public boolean is(String role) {
        return role().equals(role);
    }

    /** The text of the message: its content, or its text parts joined; "" where there is none. */
    public String text() {
        JsonNode content = json.path("content");
        if (content.isString()) {
            return content.stringValue();
        }
        var text = new StringBuilder();
        for (JsonNode part : content) {
            text.append(Json.text(part, "text"));
        }
        return text.toString();
    }

    /** The tool calls of an assistant message, in the model's order; empty for other messages. */
    public List<ToolCall> toolCalls() {
        JsonNode calls = json.path("tool_calls");
        if (calls.isEmpty()) {
            return List.of();
        }
        var list = new ArrayList<ToolCall>(calls.size());
        for (JsonNode call : calls) {
            if (call instanceof ObjectNode object) {
                list.add(new ToolCall(object));
            }
        }
        return list;
    }

    /** The id of the call that a tool message answers; "" for other messages. */
    public String toolCallId() {
        return Json.text(json, "tool_call_id");
    }

    /** A changed copy: these calls instead of the present ones, none removes the field. */
    public ChatMessage withToolCalls(List<ToolCall> calls) {
        ObjectNode copy = Json.shallowCopy(json);
        if (calls.isEmpty()) {
            copy.remove("tool_calls");
        } else {
            copy.set("tool_calls", Json.array(calls.stream().map(ToolCall::json).toList()));
        }
        return new ChatMessage(copy);
    }

    public ChatMessage withText(String text) {
        return new ChatMessage(Json.shallowCopy(json).put("content", text));
    }
}
