package ai.robutler.models;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ToolCall;
import ai.robutler.core.ToolDefinition;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a request asks, and what was done about it so far.
 *
 * @param question the last user message, its first characters
 * @param tools the functions that the model may call
 * @param calls the calls made since that message, in order
 * @param results what came of them by their ids; only of tools that the request has
 */
record OfflineTurn(
        String question,
        List<ToolDefinition> tools,
        List<ToolCall> calls,
        Map<String, String> results) {
    private static final int MAX_QUESTION = 2000;

    static OfflineTurn of(ChatRequest request) {
        List<ToolDefinition> tools =
                request.tools().stream().filter(ToolDefinition::isFunction).toList();
        List<ChatMessage> messages = request.messages();
        int asked = messages.size() - 1;
        while (asked >= 0 && !messages.get(asked).is("user")) {
            asked--;
        }
        String text = asked < 0 ? "" : messages.get(asked).text().strip();
        var calls = new ArrayList<ToolCall>();
        var results = new HashMap<String, String>();
        for (ChatMessage message : messages.subList(asked + 1, messages.size())) {
            calls.addAll(message.toolCalls());
            if (message.is("tool")) {
                results.put(message.toolCallId(), message.text());
            }
        }
        calls.removeIf(call -> tools.stream().noneMatch(tool -> tool.name().equals(call.name())));
        return new OfflineTurn(
                text.substring(0, Math.min(text.length(), MAX_QUESTION)), tools, calls, results);
    }

    /** The calls of the request's own tools that have a result. */
    List<ToolCall> answered() {
        return calls.stream().filter(call -> results.containsKey(call.id())).toList();
    }

    boolean called(String name, String arguments) {
        return calls.stream()
                .anyMatch(call -> call.name().equals(name) && call.arguments().equals(arguments));
    }

    Optional<ToolDefinition> tool(String name) {
        return tools.stream().filter(tool -> tool.name().equals(name)).findFirst();
    }
}
