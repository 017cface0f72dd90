package ai.robutler.models;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatMessage;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Cost;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.ToolCall;
import ai.robutler.core.Usage;

import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;

/**
 * No language model: rules that pick a tool, fill in its arguments and word its result. The same
 * request gets the same answer. Usage is an estimate: a token for each four characters begun.
 */
final class OfflineModel implements Completer {
    @Override
    public ChatCompletion complete(ChatRequest request, Deadline deadline) {
        OfflineAnswer answer = OfflineRules.answer(request);
        ChatCompletion completion =
                switch (answer) {
                    case OfflineAnswer.Says says -> ChatCompletion.text(says.text());
                    case OfflineAnswer.Calls calls -> calling(calls.call());
                };
        completion.json().set("usage", usage(request, answer).json());
        return completion;
    }

    private static ChatCompletion calling(ToolCall call) {
        var message = Json.object().put("role", "assistant").putNull("content");
        message.set("tool_calls", Json.array(call.json()));
        return ChatCompletion.of(new ChatMessage(message), "tool_calls");
    }

    /** Text comes word by word. */
    @Override
    public ChatStream stream(ChatRequest request, Deadline deadline) {
        OfflineAnswer answer = OfflineRules.answer(request);
        var chunks = new ArrayList<ChatChunk>();
        var role = Json.object().put("role", "assistant");
        switch (answer) {
            case OfflineAnswer.Says says -> {
                chunks.add(ChatChunk.delta(role.put("content", "")));
                words(says.text()).forEach(word -> chunks.add(ChatChunk.text(word)));
                chunks.add(ChatChunk.finish("stop"));
            }
            case OfflineAnswer.Calls calls -> {
                chunks.add(ChatChunk.delta(role.putNull("content")));
                chunks.add(ChatChunk.delta(delta(calls.call())));
                chunks.add(ChatChunk.finish("tool_calls"));
            }
        }
        chunks.add(ChatChunk.usage(usage(request, answer)));
        return ChatStream.of(chunks);
    }

    /** It runs here, on rules alone. */
    @Override
    public Cost cost(ChatCompletion turn) {
        return Cost.zero();
    }

    @Override
    public Cost ceiling(ChatRequest request) {
        return Cost.zero();
    }

    @Override
    public boolean isPriced() {
        return true;
    }

    private static ObjectNode delta(ToolCall call) {
        ObjectNode indexed = Json.object().put("index", 0);
        indexed.setAll(call.json());
        var delta = Json.object();
        delta.set("tool_calls", Json.array(indexed));
        return delta;
    }

    /** The words with the space before them, so that they join to the text again. */
    private static List<String> words(String text) {
        return List.of(text.split("(?<=\\S)(?=\\s)"));
    }

    private static Usage usage(ChatRequest request, OfflineAnswer answer) {
        String said =
                switch (answer) {
                    case OfflineAnswer.Says says -> says.text();
                    case OfflineAnswer.Calls calls ->
                            calls.call().name() + calls.call().arguments();
                };
        return Usage.of(
                tokens(Json.write(request.field("messages")))
                        + tokens(Json.write(request.field("tools"))),
                tokens(said));
    }

    private static long tokens(String text) {
        return (text.length() + 3L) / 4;
    }
}
