package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A run on a thread of its own, read by another: each chunk is handed over when the reader asks, so
 * that a slow reader slows the run.
 */
final class RunStream implements ChatStream {
    private sealed interface Event {
        record Next(ChatChunk chunk) implements Event {}

        record Failed(RuntimeException failure) implements Event {}

        record End() implements Event {}
    }

    private final SynchronousQueue<Event> handover = new SynchronousQueue<>();
    private final Thread runner;
    private @Nullable ChatChunk next;
    private boolean ended;
    private volatile boolean closed;

    RunStream(Consumer<ChunkSink> run, String requestId) {
        runner = Thread.ofVirtual().name("run-" + requestId).start(() -> runAll(run));
    }

    private void runAll(Consumer<ChunkSink> run) {
        Event last;
        try {
            run.accept(chunk -> put(new Event.Next(chunk)));
            last = new Event.End();
        } catch (RuntimeException e) {
            last = new Event.Failed(e);
        }
        if (!closed) {
            try {
                put(last);
            } catch (CancelledException e) {
                // The reader has closed the stream meanwhile: nobody waits for its end.
            }
        }
    }

    private void put(Event event) {
        try {
            handover.put(event);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("the reader closed the stream");
        }
    }

    @Override
    public Iterator<ChatChunk> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return fetch();
            }

            @Override
            public ChatChunk next() {
                return take();
            }
        };
    }

    private boolean fetch() {
        if (next != null || ended || closed) {
            return next != null && !closed;
        }
        try {
            switch (await()) {
                case Event.Next(ChatChunk chunk) -> next = chunk;
                case Event.End _ -> ended = true;
                case Event.Failed(RuntimeException failure) -> {
                    ended = true;
                    throw failure;
                }
            }
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while waiting for the next chunk");
        }
        return next != null;
    }

    /** The next event; the end, once another thread has closed the stream. */
    private Event await() throws InterruptedException {
        Event event = null;
        while (event == null && !closed) {
            event = handover.poll(200, TimeUnit.MILLISECONDS);
        }
        return event == null ? new Event.End() : event;
    }

    private ChatChunk take() {
        // What was promised is given, though another thread closes the stream in between.
        if (next == null && !fetch()) {
            throw new NoSuchElementException("the stream has ended");
        }
        ChatChunk chunk = Objects.requireNonNull(next);
        next = null;
        return chunk;
    }

    @Override
    public void close() {
        closed = true;
        runner.interrupt();
    }

    /** Closes it, and gives the run so long to end. */
    void closeAndAwait(Duration most) {
        close();
        Interrupts.heldBack(
                () -> {
                    try {
                        boolean _ = runner.join(most);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }
}
