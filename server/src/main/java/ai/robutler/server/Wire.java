package ai.robutler.server;

import ai.robutler.core.CancelledException;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The way of one answer to its client, in blocking style: who writes waits until the client takes
 * what was written before, up to a limit.
 */
final class Wire {
    private static final int SLICE = 64 << 10;

    /** Source: RFC 9113, 7. */
    private static final long CANCEL = 8;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Connection connection;
    private final Duration patience;
    private final Presence presence = new Presence();
    private final AtomicBoolean counted = new AtomicBoolean(true);
    private volatile @Nullable Thread waiter;

    /** To be made on the event loop, when the request arrives. */
    Wire(HttpServerRequest request, Connection connection, Duration patience) {
        this.request = request;
        this.response = request.response();
        this.connection = connection;
        this.patience = patience;
        connection.begin();
        response.closeHandler(_ -> clientGone());
        response.exceptionHandler(_ -> clientGone());
        response.drainHandler(_ -> wake());
    }

    /** Whom to interrupt when the client goes away. */
    Presence presence() {
        return presence;
    }

    private void clientGone() {
        presence.leave();
        wake();
        leaveConnection();
    }

    private void wake() {
        LockSupport.unpark(waiter);
    }

    private void leaveConnection() {
        if (counted.compareAndSet(true, false)) {
            connection.end();
        }
    }

    boolean hasBegun() {
        return response.headWritten();
    }

    boolean isFull() {
        return response.writeQueueFull();
    }

    private boolean isHead() {
        return request.method().equals(HttpMethod.HEAD);
    }

    /** A whole short answer, without waiting. */
    void sendNow(Reply reply) {
        wholeHead(reply);
        endNow(isHead() ? Buffer.buffer() : Buffer.buffer(reply.body()));
    }

    /** The whole answer; returns when the client has taken most of it. */
    void send(Reply reply) {
        if (isHead() || reply.body().length <= SLICE) {
            awaitRoom();
            sendNow(reply);
            return;
        }
        wholeHead(reply);
        byte[] body = reply.body();
        int from = 0;
        for (; body.length - from > SLICE; from += SLICE) {
            awaitRoom();
            writeNow(Buffer.buffer(SLICE).appendBytes(body, from, SLICE));
        }
        awaitRoom();
        endNow(Buffer.buffer().appendBytes(body, from, body.length - from));
    }

    private void wholeHead(Reply reply) {
        head(reply.status(), reply.headers());
        if (!reply.contentType().isEmpty()) {
            response.putHeader("Content-Type", reply.contentType());
        }
        if (reply.status() != 204 && reply.status() != 304) {
            response.putHeader("Content-Length", Integer.toString(reply.body().length));
        }
    }

    /** The head of an answer that comes in pieces; it goes out with the first. */
    void head(int status, Map<String, String> headers) {
        response.setStatusCode(status);
        headers.forEach(response::putHeader);
    }

    /**
     * One piece, on its way when this returns; {@link #awaitRoom} first.
     *
     * @throws CancelledException if the client is gone
     */
    void writeNow(Buffer piece) {
        requirePresent();
        if (!response.headWritten()
                && request.version() == HttpVersion.HTTP_1_1
                && !response.headers().contains("Content-Length")) {
            response.setChunked(true);
        }
        try {
            response.write(piece);
        } catch (IllegalStateException e) {
            throw closedMeanwhile(e);
        }
    }

    /** The last piece, without waiting; it may be empty. */
    void endNow(Buffer piece) {
        requirePresent();
        presence.settle();
        try {
            response.end(piece);
        } catch (IllegalStateException e) {
            throw closedMeanwhile(e);
        } finally {
            leaveConnection();
        }
    }

    private void requirePresent() {
        if (presence.isGone()) {
            throw new CancelledException("the client is gone");
        }
    }

    /** Vert.x refuses to write to a client that left between the look and the write. */
    private RuntimeException closedMeanwhile(IllegalStateException refused) {
        return presence.isGone() || response.closed()
                ? new CancelledException("the client is gone")
                : refused;
    }

    /**
     * Waits until the client has taken enough of what was written.
     *
     * @throws CancelledException if it does not, or is gone
     */
    void awaitRoom() {
        if (!response.writeQueueFull()) {
            return;
        }
        waiter = Thread.currentThread();
        long until = System.nanoTime() + patience.toNanos();
        while (!presence.isGone() && response.writeQueueFull()) {
            long nanos = until - System.nanoTime();
            if (nanos <= 0) {
                cut();
                throw new CancelledException("the client does not read");
            }
            LockSupport.parkNanos(this, nanos);
            if (Thread.currentThread().isInterrupted()) {
                throw new CancelledException("interrupted while the client does not read");
            }
        }
        waiter = null;
    }

    /** Ends the answer in a way that no client takes for its good end. */
    void cut() {
        presence.giveUp();
        if (request.version() == HttpVersion.HTTP_2) {
            response.reset(CANCEL);
        } else {
            connection.cut();
        }
        leaveConnection();
    }
}
