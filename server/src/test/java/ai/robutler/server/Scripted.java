package ai.robutler.server;

import ai.robutler.core.Agent;
import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Deadline;
import ai.robutler.core.Usage;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Models for tests, in this process. */
final class Scripted {
    private Scripted() {}

    static Agent agent(String name, Completer completer) {
        return Agent.builder(name)
                .description("For tests.")
                .model("test/scripted", completer)
                .build();
    }

    /** Says "echo: " and the last message, in three pieces where it streams. */
    static final class Echo implements Completer {
        @Override
        public ChatCompletion complete(ChatRequest request, Deadline deadline) {
            var json = ChatCompletion.text(text(request)).json();
            json.set("usage", Usage.of(3, 2).json());
            return new ChatCompletion(json);
        }

        @Override
        public ChatStream stream(ChatRequest request, Deadline deadline) {
            String text = text(request);
            int half = text.length() / 2;
            return ChatStream.of(
                    List.of(
                            ChatChunk.text(text.substring(0, half)),
                            ChatChunk.text(text.substring(half)),
                            ChatChunk.finish("stop"),
                            ChatChunk.usage(Usage.of(3, 2))));
        }

        private static String text(ChatRequest request) {
            return "echo: " + request.messages().getLast().text();
        }
    }

    /** Fails as it is told. */
    record Failing(RuntimeException failure) implements Completer {
        @Override
        public ChatCompletion complete(ChatRequest request, Deadline deadline) {
            throw failure;
        }

        @Override
        public ChatStream stream(ChatRequest request, Deadline deadline) {
            throw failure;
        }
    }

    /** Sends some chunks, then is silent until it is interrupted or released. */
    static final class Stuck implements Completer {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch interrupted = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        private final int chunks;

        Stuck(int chunks) {
            this.chunks = chunks;
        }

        @Override
        public ChatCompletion complete(ChatRequest request, Deadline deadline) {
            hang(deadline);
            return ChatCompletion.text("released");
        }

        private void hang(Deadline deadline) {
            begun.countDown();
            try {
                if (!release.await(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("nobody released the model");
                }
            } catch (InterruptedException e) {
                interrupted.countDown();
                Thread.currentThread().interrupt();
                throw new CancelledException("interrupted");
            }
        }

        @Override
        public ChatStream stream(ChatRequest request, Deadline deadline) {
            return Scripted.stream(
                    i -> {
                        if (i < chunks) {
                            return ChatChunk.text("piece " + i + " ");
                        }
                        if (i == chunks) {
                            hang(deadline);
                            return ChatChunk.text("released");
                        }
                        return ChatChunk.finish("stop");
                    },
                    chunks + 2);
        }
    }

    @FunctionalInterface
    interface Chunks {
        ChatChunk at(int index);
    }

    /** A stream whose chunks are made when they are asked for. */
    static ChatStream stream(Chunks chunks, int count) {
        return new ChatStream() {
            @Override
            public Iterator<ChatChunk> iterator() {
                return new Iterator<>() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < count;
                    }

                    @Override
                    public ChatChunk next() {
                        if (!hasNext()) {
                            throw new NoSuchElementException();
                        }
                        return chunks.at(next++);
                    }
                };
            }

            @Override
            public void close() {}
        };
    }
}
