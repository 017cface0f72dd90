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
 * what was written before, up to a limit, and is interrupted when the client goes away. An
 * interrupt never comes after {@link #release}: the thread may go on with other things.
 */
final class Wire {
    private static final int SLICE = 64 << 10;

    /** Source: RFC 9113, 7. */
    private static final long CANCEL = 8;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Connection connection;
    private final Duration patience;
    private final AtomicBoolean left = new AtomicBoolean();
    private final Object guard = new Object();
    private @Nullable Thread runner;
    private volatile boolean gone;
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

    /** From now on this thread is interrupted when the client goes away. */
    void attach(Thread thread) {
        synchronized (guard) {
            runner = thread;
            if (gone) {
                thread.interrupt();
            }
        }
    }

    /** The thread has nothing to do with this answer any more. */
    void release() {
        synchronized (guard) {
            runner = null;
        }
    }

    private void clientGone() {
        synchronized (guard) {
            gone = true;
            if (runner != null) {
                runner.interrupt();
            }
        }
        wake();
        leave();
    }

    private void wake() {
        LockSupport.unpark(waiter);
    }

    private void leave() {
        if (left.compareAndSet(false, true)) {
            connection.end();
        }
    }

    boolean isGone() {
        return gone;
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
        wholeHead(reply);
        byte[] body = reply.body();
        if (isHead()) {
            end(Buffer.buffer());
            return;
        }
        int from = 0;
        for (; body.length - from > SLICE; from += SLICE) {
            write(Buffer.buffer().appendBytes(body, from, SLICE));
        }
        end(Buffer.buffer().appendBytes(body, from, body.length - from));
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

    /** The head of an answer that comes in pieces. */
    void head(int status, Map<String, String> headers) {
        response.setStatusCode(status);
        headers.forEach(response::putHeader);
    }

    /**
     * One piece, on its way when this returns.
     *
     * @throws CancelledException if the client is gone, or does not read
     */
    void write(Buffer piece) {
        awaitRoom();
        writeNow(piece);
    }

    /** As {@link #write}, without waiting: for a piece that may as well be dropped or is small. */
    void writeNow(Buffer piece) {
        requirePresent();
        if (!response.headWritten() && request.version() != HttpVersion.HTTP_1_0) {
            boolean sized = response.headers().contains("Content-Length");
            response.setChunked(!sized && request.version() == HttpVersion.HTTP_1_1);
        }
        response.write(piece);
    }

    /** The last piece; it may be empty. */
    private void end(Buffer piece) {
        awaitRoom();
        endNow(piece);
    }

    /** The last piece, without waiting. */
    void endNow(Buffer piece) {
        requirePresent();
        response.end(piece);
        leave();
    }

    private void requirePresent() {
        if (gone) {
            throw new CancelledException("the client is gone");
        }
    }

    /** Waits until the client has taken enough of what was written. */
    void awaitRoom() {
        if (!response.writeQueueFull()) {
            return;
        }
        waiter = Thread.currentThread();
        long until = System.nanoTime() + patience.toNanos();
        while (!gone && response.writeQueueFull()) {
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
        gone = true;
        if (request.version() == HttpVersion.HTTP_2) {
            response.reset(CANCEL);
        } else {
            connection.cut();
        }
        leave();
    }
}
