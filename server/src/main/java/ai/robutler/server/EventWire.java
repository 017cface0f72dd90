package ai.robutler.server;

import ai.robutler.core.CancelledException;

import io.vertx.core.buffer.Buffer;

import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way of an answer in server-sent events. The head goes out with the first of them, or with the
 * first sign of life during a long silence. Whoever answers writes events; comments come from any
 * thread.
 */
final class EventWire {
    static final String CONTENT_TYPE = "text/event-stream; charset=utf-8";

    /** Of every answer with events: proxies must pass each on at once, and keep none. */
    static final Map<String, String> HEADERS =
            Map.of("Cache-Control", "no-cache", "X-Accel-Buffering", "no");

    private final Exchange exchange;
    private final Map<String, String> headers;
    private final Wire wire;

    /** Between who answers and who comments; never held while waiting for the client. */
    private final ReentrantLock lock = new ReentrantLock();

    private boolean begun;
    private boolean ended;
    private volatile long lastWrite = System.nanoTime();

    EventWire(Exchange exchange, Map<String, String> headers) {
        this.exchange = exchange;
        this.headers = headers;
        this.wire = exchange.wire();
    }

    /** Writes an event; waits for a client that does not read. */
    void write(Buffer event) {
        wire.awaitRoom();
        lock.lock();
        try {
            writeNow(event);
        } finally {
            lock.unlock();
        }
    }

    private void writeNow(Buffer piece) {
        begin();
        wire.writeNow(piece);
        lastWrite = System.nanoTime();
    }

    private void begin() {
        if (!begun) {
            begun = true;
            exchange.beginPieces(CONTENT_TYPE, headers);
        }
    }

    /** Writes the last event, which may be empty. */
    void end(Buffer last) {
        wire.awaitRoom();
        lock.lock();
        try {
            ended = true;
            begin();
            wire.endNow(last);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends it if nothing has been sent: an ordinary answer can be given instead.
     *
     * @return whether nothing has been sent
     */
    boolean endUnbegun() {
        lock.lock();
        try {
            ended |= !begun;
            return !begun;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes a comment, unless the client is gone or behind, or somebody else writes.
     *
     * @param first whether it may be the first that is sent
     */
    void comment(String text, boolean first) {
        if (!lock.tryLock()) {
            return;
        }
        try {
            if (!ended && (begun || first) && !wire.presence().isGone() && !wire.isFull()) {
                writeNow(Buffer.buffer(": " + text.replaceAll("\\R|\\p{Cntrl}", " ") + "\n\n"));
            }
        } catch (CancelledException e) {
            // The client left at this moment; the run's thread has been told.
        } finally {
            lock.unlock();
        }
    }

    /** Writes a comment if nothing was written for this long. Called by the heartbeat's thread. */
    void keepAlive(long silenceNanos) {
        if (System.nanoTime() - lastWrite >= silenceNanos) {
            comment("keep-alive", true);
        }
    }
}
