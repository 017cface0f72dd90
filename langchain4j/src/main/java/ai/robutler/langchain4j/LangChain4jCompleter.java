package ai.robutler.langchain4j;

import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Deadline;
import ai.robutler.core.ProviderException;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One model; each call is made on a thread of its own, so that an interrupt ends it at once. */
final class LangChain4jCompleter implements Completer {
    private final String name;
    private final LangChain4jModel model;

    LangChain4jCompleter(String name, LangChain4jModel model) {
        this.name = name;
        this.model = model;
    }

    @Override
    public ChatCompletion complete(ChatRequest request, Deadline deadline) {
        var translated = Requests.of(request);
        if (model.whole().isPresent()) {
            return Answers.completion(whole(model.whole().get(), translated, deadline), name);
        }
        try (var stream = new StreamedAnswer(name, deadline)) {
            stream.start(model.streaming().orElseThrow(), translated);
            return Answers.completion(stream.response(), name);
        }
    }

    @Override
    public ChatStream stream(ChatRequest request, Deadline deadline) {
        var translated = Requests.of(request);
        if (model.streaming().isPresent()) {
            var stream = new StreamedAnswer(name, deadline);
            stream.start(model.streaming().get(), translated);
            return stream;
        }
        ChatResponse whole = whole(model.whole().orElseThrow(), translated, deadline);
        return ChatStream.of(Answers.chunks(whole, name));
    }

    private ChatResponse whole(
            ChatModel chat,
            dev.langchain4j.model.chat.request.ChatRequest request,
            Deadline deadline) {
        var call = new FutureTask<>(() -> chat.chat(request));
        Thread.ofVirtual().name("langchain4j " + name).start(call);
        try {
            return call.get(Math.max(1, deadline.remaining().toNanos()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw Failures.of(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw ProviderException.timedOut(LangChain4jFactory.NAME, "did not answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while waiting for " + name);
        } finally {
            boolean _ = call.cancel(true);
        }
    }
}
