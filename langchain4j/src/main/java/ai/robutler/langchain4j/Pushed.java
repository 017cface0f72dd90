package ai.robutler.langchain4j;

import ai.robutler.core.ChatChunk;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Takes what a streaming model pushes. Models differ in what they push: what never came in pieces
 * is taken from the whole answer at the end.
 */
final class Pushed implements StreamingChatResponseHandler {
    private final Consumer<StreamedAnswer.Event> events;
    private final Set<Integer> begun = ConcurrentHashMap.newKeySet();
    private volatile boolean spoke;
    private volatile boolean thought;
    private volatile boolean cancelled;
    private volatile @Nullable StreamingHandle handle;

    Pushed(Consumer<StreamedAnswer.Event> events) {
        this.events = events;
    }

    @Override
    public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
        hold(context.streamingHandle());
        onPartialResponse(piece.text());
    }

    @Override
    public void onPartialResponse(String text) {
        spoke = true;
        push(ChatChunk.text(text));
    }

    @Override
    public void onPartialThinking(PartialThinking piece, PartialThinkingContext context) {
        hold(context.streamingHandle());
        onPartialThinking(piece);
    }

    @Override
    public void onPartialThinking(PartialThinking piece) {
        thought = true;
        push(Answers.thinking(piece.text()));
    }

    @Override
    public void onPartialToolCall(PartialToolCall piece, PartialToolCallContext context) {
        hold(context.streamingHandle());
        onPartialToolCall(piece);
    }

    @Override
    public void onPartialToolCall(PartialToolCall piece) {
        if (begun.add(piece.index())) {
            push(
                    Answers.call(
                            piece.index(),
                            ToolExecutionRequest.builder()
                                    .id(piece.id())
                                    .name(piece.name())
                                    .arguments(piece.partialArguments())
                                    .build()));
        } else {
            push(Answers.piece(piece.index(), piece.partialArguments()));
        }
    }

    @Override
    public void onCompleteToolCall(CompleteToolCall call) {
        if (begun.add(call.index())) {
            push(Answers.call(call.index(), call.toolExecutionRequest()));
        }
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
        events.accept(new StreamedAnswer.Event.Whole(response));
    }

    @Override
    public void onError(Throwable cause) {
        if (!cancelled) {
            events.accept(new StreamedAnswer.Event.Failed(cause));
        }
    }

    /** What of the whole answer has not been pushed in pieces, and its end. */
    List<ChatChunk> rest(ChatResponse response) {
        var said = response.aiMessage();
        var rest = new ArrayList<ChatChunk>();
        if (!thought && said.thinking() != null) {
            rest.add(Answers.thinking(said.thinking()));
        }
        if (!spoke && said.text() != null) {
            rest.add(ChatChunk.text(said.text()));
        }
        List<ToolExecutionRequest> calls = said.toolExecutionRequests();
        for (int i = 0; begun.isEmpty() && i < calls.size(); i++) {
            rest.add(Answers.call(i, calls.get(i)));
        }
        rest.addAll(Answers.end(response));
        return rest;
    }

    private void push(ChatChunk chunk) {
        events.accept(new StreamedAnswer.Event.Piece(chunk));
    }

    private void hold(StreamingHandle open) {
        handle = open;
        if (cancelled) {
            open.cancel();
        }
    }

    /** At once where the model can be cancelled, with its next piece where it has sent none. */
    void cancel() {
        cancelled = true;
        StreamingHandle open = handle;
        if (open != null) {
            open.cancel();
        }
    }
}
