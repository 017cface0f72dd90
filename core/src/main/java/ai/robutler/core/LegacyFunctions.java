package ai.robutler.core;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;

/**
 * The deprecated {@code functions} and {@code function_call}, for agents with tools of their own:
 * no provider takes both, so the request's functions become tools, and calls of them functions
 * again. Agents without tools pass the old fields through as they are.
 */
final class LegacyFunctions {
    private LegacyFunctions() {}

    static boolean areIn(ChatRequest request) {
        return request.field("functions").isArray() && request.tools().isEmpty();
    }

    static ChatRequest toTools(ChatRequest request) {
        var tools = new ArrayList<ToolDefinition>();
        for (JsonNode function : request.field("functions")) {
            ObjectNode tool = Json.object().put("type", "function");
            tool.set("function", function);
            tools.add(new ToolDefinition(tool));
        }
        ChatRequest changed =
                request.without("functions")
                        .without("function_call")
                        .withTools(tools)
                        .withMessages(messages(request.messages()))
                        // The old form has room for one call.
                        .with(
                                "parallel_tool_calls",
                                Json.mapper().getNodeFactory().booleanNode(false));
        JsonNode choice = request.field("function_call");
        if (choice.isObject()) {
            ObjectNode named = Json.object().put("type", "function");
            named.set("function", choice);
            return changed.with("tool_choice", named);
        }
        return choice.isString() ? changed.with("tool_choice", choice) : changed;
    }

    private static List<ChatMessage> messages(List<ChatMessage> messages) {
        var changed = new ArrayList<ChatMessage>();
        String id = "";
        for (ChatMessage message : messages) {
            if (message.json().path("function_call") instanceof ObjectNode call) {
                id = "function_" + changed.size();
                var tool =
                        ToolCall.function(
                                id, Json.text(call, "name"), Json.text(call, "arguments"));
                ObjectNode copy = Json.shallowCopy(message.json());
                copy.remove("function_call");
                changed.add(new ChatMessage(copy).withToolCalls(List.of(tool)));
            } else if (message.is("function")) {
                changed.add(ChatMessage.tool(id, message.text()));
            } else {
                changed.add(message);
            }
        }
        return changed;
    }

    static ChatCompletion completion(ChatCompletion completion) {
        List<ToolCall> calls = completion.message().toolCalls();
        if (calls.isEmpty()) {
            return completion;
        }
        ObjectNode message = Json.shallowCopy(completion.message().withToolCalls(List.of()).json());
        message.set("function_call", calls.getFirst().json().path("function"));
        return completion.with(new ChatMessage(message), reason(completion.finishReason()));
    }

    /** The chunk with the first call's pieces in the old place. */
    static ObjectNode chunk(ObjectNode chunk) {
        if (!(chunk.path("choices").path(0) instanceof ObjectNode choice)) {
            return chunk;
        }
        ObjectNode copy = Json.shallowCopy(choice);
        String reason = Json.text(choice, "finish_reason");
        if (!reason.isEmpty()) {
            copy.put("finish_reason", reason(reason));
        }
        if (choice.path("delta") instanceof ObjectNode delta && delta.has("tool_calls")) {
            ObjectNode changed = Json.shallowCopy(delta);
            JsonNode call = changed.remove("tool_calls").path(0);
            if (call.path("index").asInt(0) == 0) {
                changed.set("function_call", call.path("function"));
            }
            copy.set("delta", changed);
        }
        ObjectNode whole = Json.shallowCopy(chunk);
        whole.set("choices", Json.array(copy));
        return whole;
    }

    private static String reason(String reason) {
        return reason.equals("tool_calls") ? "function_call" : reason;
    }
}
