package ai.robutler.models;

import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.core.ProviderException;

import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;

/**
 * The chunks of a streamed answer, read from the connection when the reader asks for them; what its
 * events mean is the dialect's to say. A whole answer instead of events is tolerated. One thread
 * reads; any thread may close.
 */
abstract class EventStream implements ChatStream {
    private static final int MAX_EVENT_BYTES = 16 << 20;
    private static final int MAX_ANSWER_BYTES = 64 << 20;

    private final String provider;
    private final Queue<ChatChunk> ready = new ArrayDeque<>(4);
    private volatile Exchange exchange;
    private SseDecoder decoder;
    private boolean sniffed;
    private boolean over;
    private volatile boolean closed;

    EventStream(String provider, Exchange exchange) {
        this.provider = provider;
        this.exchange = exchange;
        this.decoder = new SseDecoder(provider, MAX_EVENT_BYTES);
    }

    /** An event has come. */
    abstract void take(SseEvent event);

    /** The answer has come as a whole. */
    abstract void takeWhole(byte[] body);

    /** The body has ended, and nothing of the dialect's has ended the answer. */
    abstract void end();

    /** Chunks for the reader. */
    final void give(Collection<ChatChunk> chunks) {
        ready.addAll(chunks);
    }

    /** There will be no more chunks. */
    final void finish() {
        over = true;
    }

    final boolean finished() {
        return over;
    }

    final Exchange exchange() {
        return exchange;
    }

    /** Reads on from another answer. */
    final void goOn(Exchange next) {
        exchange = next;
        decoder = new SseDecoder(provider, MAX_EVENT_BYTES);
        sniffed = false;
        if (closed) {
            next.close(); // Closed while the next answer was asked for.
        }
    }

    /** What the end of the body left without the empty line behind it. */
    final Optional<SseEvent> rest() {
        return decoder.rest();
    }

    /**
     * An event's data.
     *
     * @param what the dialect calls its events
     */
    final ObjectNode json(SseEvent event, String what) {
        try {
            return Json.parseObject(event.data());
        } catch (JsonSyntaxException e) {
            throw Exchange.logged(
                    ProviderException.failed(provider, "sent " + what + " that is not JSON", e));
        }
    }

    static boolean isWhole(SseEvent event) {
        try {
            Json.parseObject(event.data());
            return true;
        } catch (JsonSyntaxException e) {
            return false;
        }
    }

    @Override
    public final Iterator<ChatChunk> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return hasMore();
            }

            @Override
            public ChatChunk next() {
                if (!hasMore()) {
                    throw new NoSuchElementException();
                }
                return ready.remove();
            }
        };
    }

    private boolean hasMore() {
        if (closed && !over) {
            throw new CancelledException("the stream of " + provider + " was closed");
        }
        while (ready.isEmpty() && !over) {
            try {
                advance();
            } catch (RuntimeException e) {
                over = true;
                exchange.close();
                throw e;
            }
        }
        return !ready.isEmpty();
    }

    private void advance() {
        Optional<SseEvent> event = decoder.next();
        if (event.isPresent()) {
            take(event.get());
            return;
        }
        Optional<byte[]> bytes = exchange.read();
        if (bytes.isEmpty()) {
            end();
        } else if (!sniffed && isJson(bytes.get())) {
            takeWhole(whole(bytes.get()));
        } else {
            decoder.feed(bytes.get());
        }
    }

    /** No event begins with a brace. */
    private boolean isJson(byte[] bytes) {
        for (byte b : bytes) {
            if (b > ' ' || b < 0) {
                sniffed = true;
                return b == '{';
            }
        }
        return false;
    }

    private byte[] whole(byte[] first) {
        byte[] more = exchange.readAll(MAX_ANSWER_BYTES - first.length);
        byte[] whole = new byte[first.length + more.length];
        System.arraycopy(first, 0, whole, 0, first.length);
        System.arraycopy(more, 0, whole, first.length, more.length);
        return whole;
    }

    /** A reader that is not at the end is told so: what it has is not the whole answer. */
    @Override
    public final void close() {
        closed = true;
        exchange.close();
    }
}
