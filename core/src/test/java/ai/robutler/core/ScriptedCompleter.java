package ai.robutler.core;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers in order what it was told to, whole or in pieces; remembers what it was asked. */
final class ScriptedCompleter implements Completer {
    private final Queue<ChatCompletion> answers = new ArrayDeque<>();
    final List<ChatRequest> requests = new CopyOnWriteArrayList<>();

    ScriptedCompleter answer(ChatCompletion completion) {
        answers.add(completion);
        return this;
    }

    ScriptedCompleter text(String text) {
        return answer(withUsage(ChatCompletion.text(text)));
    }

    ScriptedCompleter calls(ToolCall... calls) {
        return calls("", calls);
    }

    ScriptedCompleter calls(String text, ToolCall... calls) {
        var message = ChatMessage.assistant(text).withToolCalls(List.of(calls));
        return answer(withUsage(ChatCompletion.of(message, "tool_calls")));
    }

    static ChatCompletion withUsage(ChatCompletion completion) {
        completion.json().set("usage", Usage.of(10, 5).json());
        return completion;
    }

    @Override
    public synchronized ChatCompletion complete(ChatRequest request, Deadline deadline) {
        requests.add(request);
        ChatCompletion next = answers.poll();
        if (next == null) {
            throw new AssertionError("the script is empty");
        }
        return next;
    }

    @Override
    public ChatStream stream(ChatRequest request, Deadline deadline) {
        ChatCompletion whole = complete(request, deadline);
        var chunks = new ArrayList<ChatChunk>();
        chunks.add(ChatChunk.delta(Json.object().put("role", "assistant").put("content", "")));
        for (String piece : whole.text().split("(?<=\\G.{3})")) {
            chunks.add(ChatChunk.text(piece));
        }
        int index = 0;
        for (ToolCall call : whole.message().toolCalls()) {
            ObjectNode first = call.withArguments("").json().deepCopy().put("index", index);
            chunks.add(tools(first));
            for (String piece : call.arguments().split("(?<=\\G.{2})")) {
                ObjectNode more = Json.object().put("index", index);
                more.set("function", Json.object().put("arguments", piece));
                chunks.add(tools(more));
            }
            index++;
        }
        chunks.add(ChatChunk.finish(whole.finishReason()));
        chunks.add(ChatChunk.usage(whole.usage()));
        return ChatStream.of(chunks);
    }

    private static ChatChunk tools(JsonNode call) {
        ObjectNode delta = Json.object();
        delta.set("tool_calls", Json.array(call));
        return ChatChunk.delta(delta);
    }
}
