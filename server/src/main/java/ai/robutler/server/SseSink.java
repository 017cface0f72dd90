package ai.robutler.server;

import ai.robutler.core.ApiException;
import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChunkSink;
import ai.robutler.core.Json;

import io.vertx.core.buffer.Buffer;

import tools.jackson.databind.JsonNode;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A run's chunks as server-sent events. The head goes out with the first of them, or with the first
 * sign of life during a long silence; a failure before that is still an ordinary error.
 */
final class SseSink implements ChunkSink {
    static final String CONTENT_TYPE = "text/event-stream; charset=utf-8";

    /** Of every answer with events: proxies must pass each on at once, and keep none. */
    static final Map<String, String> HEADERS =
            Map.of("Cache-Control", "no-cache", "X-Accel-Buffering", "no");

    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BREAK = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final String DONE = "data: [DONE]\n\n";
    private static final String KEEP_ALIVE = ": keep-alive\n\n";

    private final Exchange exchange;
    private final Recording recording;
    private final Wire wire;

    /** Between the run and the heartbeat; never held while waiting for the client. */
    private final ReentrantLock lock = new ReentrantLock();

    private boolean begun;
    private boolean ended;
    private volatile long lastWrite = System.nanoTime();

    SseSink(Exchange exchange, Recording recording) {
        this.exchange = exchange;
        this.recording = recording;
        this.wire = exchange.wire();
    }

    @Override
    public void send(ChatChunk chunk) {
        Buffer event = event(chunk.json());
        recording.piece(event);
        write(event);
    }

    /** The good end. */
    void complete() {
        Buffer done = Buffer.buffer(DONE);
        recording.piece(done);
        recording.completed();
        end(done);
    }

    /**
     * The end by a failure: a last event, if there was one before.
     *
     * @return whether the client was told; if not, nothing has been sent yet
     */
    boolean fail(ApiException failure) {
        lock.lock();
        try {
            if (!begun) {
                ended = true;
                return false;
            }
        } finally {
            lock.unlock();
        }
        Buffer error = event(Errors.json(failure));
        recording.piece(error);
        recording.failed();
        end(error);
        return true;
    }

    private void write(Buffer piece) {
        wire.awaitRoom();
        lock.lock();
        try {
            writeNow(piece);
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
            exchange.beginPieces(CONTENT_TYPE, HEADERS);
        }
    }

    private void end(Buffer last) {
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

    /** Writes a comment if nothing was written for this long. Called by the heartbeat's thread. */
    void keepAlive(long silenceNanos) {
        if (System.nanoTime() - lastWrite < silenceNanos || !lock.tryLock()) {
            return;
        }
        try {
            if (!ended && !wire.presence().isGone() && !wire.isFull()) {
                writeNow(Buffer.buffer(KEEP_ALIVE));
            }
        } catch (CancelledException e) {
            // The client left at this moment; the run's thread has been told.
        } finally {
            lock.unlock();
        }
    }

    private static Buffer event(JsonNode json) {
        Buffer buffer = Buffer.buffer(512).appendBytes(DATA);
        Json.mapper().writeValue(new BufferOutput(buffer), json);
        return buffer.appendBytes(BREAK);
    }

    private static final class BufferOutput extends OutputStream {
        private final Buffer buffer;

        BufferOutput(Buffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public void write(int octet) {
            buffer.appendByte((byte) octet);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            buffer.appendBytes(bytes, from, length);
        }
    }
}
