package ai.robutler.mcp;

import ai.robutler.core.CancelledException;
import ai.robutler.core.EndpointReply;
import ai.robutler.core.EventSink;
import ai.robutler.core.Json;

import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One request being worked on, on a thread of its own. Its answer is one JSON object if nothing
 * comes before it; else it comes as events, from the first message on, or when it takes long.
 */
final class ServedWork {
    /** After this long the answer becomes a stream, so that the connection shows life. */
    private static final Duration SILENCE = Duration.ofSeconds(5);

    /** How long work may take to end when nobody wants it any more. */
    private static final Duration ENDING = Duration.ofSeconds(2);

    /** How many messages may wait for the client. */
    private static final int AHEAD = 64;

    /** What is done; on the work's own thread. */
    @FunctionalInterface
    interface Job {
        Answer run(ServedSink sink) throws Exception;
    }

    /**
     * The last message.
     *
     * @param status HTTP's, if it is the only one
     */
    record Answer(int status, ObjectNode json) {}

    private sealed interface Item {
        record Message(ObjectNode json) implements Item {}

        /** Empty: the work was cancelled, there is no answer. */
        record End(Optional<Answer> answer) implements Item {}
    }

    private final BlockingQueue<Item> items = new ArrayBlockingQueue<>(AHEAD);
    private final Thread thread;

    private ServedWork(String name, Job job) {
        this.thread = Thread.ofVirtual().name("mcp-" + name).unstarted(() -> work(job));
    }

    /**
     * @param name for the thread
     */
    static ServedWork of(String name, Job job) {
        return new ServedWork(name, job);
    }

    private void work(Job job) {
        Optional<Answer> answer = Optional.empty();
        try {
            answer = Optional.of(job.run(this::send));
        } catch (CancelledException e) {
            // Nobody is there to be told.
        } catch (Exception e) {
            throw new IllegalStateException("a job turns its failures into answers", e);
        } finally {
            end(answer);
        }
    }

    private void send(ObjectNode message) {
        try {
            items.put(new Item.Message(message));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("cancelled while the client does not read");
        }
    }

    private void end(Optional<Answer> answer) {
        try {
            items.put(new Item.End(answer));
        } catch (InterruptedException e) {
            // Nothing more goes to a client that cancelled; its stream needs an end all the same.
            items.clear();
            boolean _ = items.offer(new Item.End(Optional.empty()));
        }
    }

    /** The client wants it no more. */
    void cancel() {
        thread.interrupt();
    }

    /**
     * Begins, and answers when it is known how. The thread that answers is interrupted when the
     * client goes away, and the work with it.
     */
    EndpointReply answer() {
        thread.start();
        Item first;
        try {
            first = items.poll(SILENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw gone();
        }
        return switch (first) {
            case Item.End(Optional<Answer> answer) when answer.isPresent() ->
                    json(answer.get().status(), answer.get().json());
            case Item.End _ -> EndpointReply.events(_ -> {});
            case Item.Message message ->
                    EndpointReply.events(
                            sink -> {
                                if (write(sink, message)) {
                                    pass(sink);
                                }
                            });
            case null -> EndpointReply.events(this::pass);
        };
    }

    static EndpointReply json(int status, ObjectNode json) {
        return EndpointReply.json(json).withStatus(status);
    }

    private void pass(EventSink sink) {
        try {
            while (write(sink, items.take())) {
                // Until the answer.
            }
        } catch (InterruptedException e) {
            throw gone();
        } catch (RuntimeException e) {
            stop();
            throw e;
        }
    }

    /** Whether more may come. */
    private boolean write(EventSink sink, Item item) {
        try {
            return switch (item) {
                case Item.Message(ObjectNode json) -> {
                    event(sink, json);
                    yield true;
                }
                case Item.End(Optional<Answer> answer) -> {
                    answer.ifPresent(last -> event(sink, last.json()));
                    yield false;
                }
            };
        } catch (RuntimeException e) {
            stop();
            throw e;
        }
    }

    static void event(EventSink sink, ObjectNode json) {
        sink.event("message", "", Json.write(json));
    }

    private CancelledException gone() {
        stop();
        Thread.currentThread().interrupt();
        return new CancelledException("the client is gone");
    }

    /** What the work spends is settled before the request is over. */
    private void stop() {
        thread.interrupt();
        boolean interrupted = Thread.interrupted();
        try {
            boolean _ = thread.join(ENDING);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
