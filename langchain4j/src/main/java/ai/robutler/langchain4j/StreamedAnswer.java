package ai.robutler.langchain4j;

import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Deadline;
import ai.robutler.core.ProviderException;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A stream that LangChain4j pushes, pulled by its reader. A few pieces are kept in between; then
 * whoever pushes has to wait. One thread reads; any may close.
 */
final class StreamedAnswer implements ChatStream {
    private static final int WINDOW = 8;
    private static final long LOOK_MILLIS = 100;

    /** What comes from the model's side. */
    sealed interface Event {
        record Piece(ChatChunk chunk) implements Event {}

        record Whole(ChatResponse response) implements Event {}

        record Failed(Throwable cause) implements Event {}
    }

    private final String name;
    private final Deadline deadline;
    private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(WINDOW);
    private final Pushed pushed = new Pushed(this::offer);
    private final Queue<ChatChunk> ready = new ArrayDeque<>();
    private final AtomicReference<@Nullable Thread> caller = new AtomicReference<>();
    private @Nullable ChatResponse response;
    private volatile boolean closed;

    StreamedAnswer(String name, Deadline deadline) {
        this.name = name;
        this.deadline = deadline;
    }

    /** Some models push from within this call, others from threads of their own. */
    void start(StreamingChatModel model, ChatRequest request) {
        Thread thread =
                Thread.ofVirtual()
                        .name("langchain4j " + name)
                        .unstarted(
                                () -> {
                                    try {
                                        model.chat(request, pushed);
                                    } catch (RuntimeException e) {
                                        pushed.onError(e);
                                    }
                                });
        caller.set(thread);
        thread.start();
    }

    /** From the model's side: waits while the reader has enough to do. */
    private void offer(Event event) {
        try {
            while (!closed) {
                if (events.offer(event, LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new CancelledException("the stream of " + name + " was closed");
    }

    @Override
    public Iterator<ChatChunk> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return hasMore();
            }

            @Override
            public ChatChunk next() {
                if (!hasMore()) {
                    throw new NoSuchElementException("the stream has ended");
                }
                return ready.remove();
            }
        };
    }

    private boolean hasMore() {
        while (ready.isEmpty() && response == null) {
            switch (await()) {
                case Event.Piece(ChatChunk chunk) -> ready.add(chunk);
                case Event.Whole(ChatResponse whole) -> {
                    response = whole;
                    ready.addAll(pushed.rest(whole));
                }
                case Event.Failed(Throwable cause) -> {
                    close();
                    throw Failures.of(cause);
                }
            }
        }
        return !ready.isEmpty();
    }

    /** The whole answer, once all of it has come. */
    ChatResponse response() {
        while (response == null) {
            if (hasMore()) {
                ready.clear();
            }
        }
        return response;
    }

    private Event await() {
        try {
            while (true) {
                if (closed) {
                    throw new CancelledException("the stream of " + name + " was closed");
                }
                if (deadline.hasPassed()) {
                    close();
                    throw ProviderException.timedOut(
                            LangChain4jFactory.NAME, "did not answer in time");
                }
                Event event = events.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (event != null) {
                    return event;
                }
            }
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while waiting for " + name);
        }
    }

    @Override
    public void close() {
        closed = true;
        pushed.cancel();
        Thread thread = caller.get();
        if (thread != null) {
            thread.interrupt();
        }
    }
}
