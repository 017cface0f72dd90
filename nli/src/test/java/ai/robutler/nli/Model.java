package ai.robutler.nli;

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

import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A model that does what a test says, and costs nothing. */
record Model(Function<ChatRequest, ChatCompletion> answers) implements Completer {
    private static final String USAGE =
            """
            {"id": "", "object": "chat.completion.chunk", "created": 0, "model": "", "choices": [],
             "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}""";

    /** One that says this, word by word. */
    static Model says(String text) {
        return new Model(_ -> ChatCompletion.text(text));
    }

    /** One that calls {@code nli} with this, and then tells what came of it. */
    static Model asks(String agent, String message, String more) {
        String arguments =
                "{\"agent\": \"%s\", \"message\": \"%s\"%s}".formatted(agent, message, more);
        return new Model(request -> answer(request, arguments));
    }

    static Model asks(String agent, String message) {
        return asks(agent, message, "");
    }

    private static ChatCompletion answer(ChatRequest request, String arguments) {
        ChatMessage last = request.messages().getLast();
        return last.is("tool")
                ? ChatCompletion.text("It says: " + last.text())
                : calls("nli", arguments);
    }

    static ChatCompletion calls(String tool, String arguments) {
        ObjectNode call = Json.object().put("id", "call_1").put("type", "function");
        call.putObject("function").put("name", tool).put("arguments", arguments);
        return ChatCompletion.of(
                ChatMessage.assistant("").withToolCalls(List.of(new ToolCall(call))), "tool_calls");
    }

    @Override
    public ChatCompletion complete(ChatRequest request, Deadline deadline) {
        return answers.apply(request);
    }

    @Override
    public ChatStream stream(ChatRequest request, Deadline deadline) {
        ChatCompletion whole = answers.apply(request);
        if (!whole.message().toolCalls().isEmpty()) {
            return ChatStream.of(whole);
        }
        var chunks = new ArrayList<ChatChunk>();
        for (String word : whole.text().split("(?<= )")) {
            chunks.add(ChatChunk.text(word));
        }
        chunks.add(ChatChunk.finish("stop"));
        chunks.add(new ChatChunk(Json.parseObject(USAGE)));
        return ChatStream.of(chunks);
    }

    @Override
    public Cost cost(ChatCompletion turn) {
        return Cost.zero();
    }

    @Override
    public boolean isPriced() {
        return true;
    }

    @Override
    public Cost ceiling(ChatRequest request) {
        return Cost.zero();
    }
}
