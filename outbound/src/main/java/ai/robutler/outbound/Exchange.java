package ai.robutler.outbound;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.impl.HttpClientConnection;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import javax.net.ssl.SSLException;

/**
 * One request over one connection, and its answer: an event loop on one side, a blocked thread on
 * the other. About {@link #AHEAD} bytes are read ahead of the reader; then the socket is left
 * alone. One thread reads; any thread may close.
 */
final class Exchange implements AutoCloseable {
    private static final int AHEAD = 64 << 10;
    private static final int PIECE = 128; // what a piece costs besides its bytes

    private final String origin;
    private final Timeouts timeouts;
    private final Deadline deadline;
    private final Consumer<Exchange> closed;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Buffer> arrived = new ArrayDeque<>();
    private @Nullable Context context;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private @Nullable Throwable failure;
    private boolean ended;
    private boolean abandoned;
    private boolean stopped;
    private int ahead;

    /**
     * @param closed is told of the end of this exchange, once
     */
    Exchange(String origin, Timeouts timeouts, Deadline deadline, Consumer<Exchange> closed) {
        this.origin = origin;
        this.timeouts = timeouts;
        this.deadline = deadline;
        this.closed = closed;
    }

    // ---- the event loop's side

    /**
     * @param pinned where the connection must lead
     */
    void start(Context on, HttpClient client, RequestOptions options, Ip pinned, Buffer body) {
        context = on;
        tell(
                () ->
                        on.runOnContext(
                                _ -> {
                                    try {
                                        client.request(options)
                                                .onComplete(
                                                        opened ->
                                                                requestOpened(
                                                                        opened, pinned, body));
                                    } catch (RuntimeException e) {
                                        // The client was closed in between: nobody else would tell.
                                        fail(e);
                                    }
                                }));
    }

    /** Asks the event loop for something. Closing the client ends the loop under us. */
    private void tell(Runnable command) {
        try {
            command.run();
        } catch (RejectedExecutionException e) {
            fail(e);
        }
    }

    private void requestOpened(AsyncResult<HttpClientRequest> opened, Ip pinned, Buffer body) {
        if (opened.failed()) {
            fail(opened.cause());
            return;
        }
        HttpClientRequest open = opened.result();
        if (!leadsTo(open, pinned)) {
            open.reset();
            fail(new IllegalStateException("the connection does not lead to " + pinned));
            return;
        }
        boolean late;
        lock.lock();
        try {
            request = open;
            late = abandoned;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        open.exceptionHandler(this::fail);
        if (late) {
            open.reset();
            return;
        }
        // The answer may come before the request has gone out whole.
        open.response().onComplete(this::headArrived);
        (body.length() == 0 ? open.end() : open.end(body)).onFailure(this::fail);
    }

    /** Holds by construction; if it ever does not, nothing must go out. */
    private static boolean leadsTo(HttpClientRequest open, Ip pinned) {
        String address = open.connection().remoteAddress().hostAddress();
        int zone = address.indexOf('%');
        return Prefix.parse(zone < 0 ? address : address.substring(0, zone))
                .filter(there -> there.base().equals(pinned))
                .isPresent();
    }

    private void headArrived(AsyncResult<HttpClientResponse> head) {
        if (head.failed()) {
            fail(head.cause());
            return;
        }
        HttpClientResponse open = head.result();
        open.exceptionHandler(this::fail);
        open.endHandler(_ -> end());
        open.handler(this::bytesArrived);
        lock.lock();
        try {
            response = open;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void bytesArrived(Buffer bytes) {
        lock.lock();
        try {
            if (!abandoned) {
                arrived.add(bytes);
                ahead += bytes.length() + PIECE;
                if (ahead > AHEAD && !stopped) {
                    stopped = true;
                    take(false);
                }
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            ended = true;
            goOn();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** With the lock held, as {@link #take}. */
    private void goOn() {
        if (stopped) {
            stopped = false;
            tell(() -> take(true));
        }
    }

    /**
     * Whether more is taken from the other side. It is the socket that is left alone, and not the
     * response that is paused: a paused one goes on reading for a while, and loses what it holds
     * back when it meets the end of the connection there.
     */
    private void take(boolean more) {
        if (request != null) {
            ((HttpClientConnection) request.connection())
                    .channelHandlerContext()
                    .channel()
                    .config()
                    .setAutoRead(more);
        }
    }

    private void fail(Throwable cause) {
        lock.lock();
        try {
            if (failure == null && !ended) {
                failure = cause;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- the reader's side

    /** Whether the request had a connection to go out on. */
    boolean connected() {
        lock.lock();
        try {
            return request != null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the connection, then for status and headers.
     *
     * @param connect when the connection must stand
     */
    void awaitHead(Deadline connect) {
        lock.lock();
        try {
            await(
                    () -> request != null || failure != null,
                    connect,
                    "did not accept a connection within " + words(timeouts.connect()));
            await(
                    () -> response != null || failure != null,
                    Deadline.after(timeouts.firstByte()),
                    "was silent for " + words(timeouts.firstByte()));
            if (response == null) {
                throw failed();
            }
        } finally {
            lock.unlock();
        }
    }

    int status() {
        return head().statusCode();
    }

    Map<String, List<String>> headers() {
        var headers = new LinkedHashMap<String, List<String>>();
        var source = head().headers();
        for (String name : source.names()) {
            headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(source.getAll(name)));
        }
        return headers;
    }

    private HttpClientResponse head() {
        lock.lock();
        try {
            if (response == null) {
                throw new IllegalStateException("no answer yet");
            }
            return response;
        } finally {
            lock.unlock();
        }
    }

    /** The next bytes of the body, as they came; empty at its end. */
    Optional<byte[]> read() {
        Buffer next;
        lock.lock();
        try {
            await(
                    () -> !arrived.isEmpty() || ended || failure != null,
                    Deadline.after(timeouts.betweenBytes()),
                    "was silent for " + words(timeouts.betweenBytes()));
            Buffer first = arrived.poll();
            if (first == null) {
                if (ended) {
                    return Optional.empty();
                }
                throw failed();
            }
            next = first;
            ahead -= next.length() + PIECE;
            if (ahead < AHEAD / 2) {
                goOn();
            }
        } finally {
            lock.unlock();
        }
        return Optional.of(next.getBytes());
    }

    /** Cuts the connection at once if the answer has not ended. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (abandoned) {
                return;
            }
            abandoned = true;
            arrived.clear();
            ahead = 0;
            if (failure == null) {
                failure = new CancelledException("the call to " + origin + " was closed");
            }
            changed.signalAll();
            HttpClientRequest open = request;
            Context on = context;
            if (open != null && on != null && !ended) {
                goOn();
                tell(() -> on.runOnContext(_ -> open.reset()));
            }
        } finally {
            lock.unlock();
        }
        closed.accept(this);
    }

    /** Waits with the lock held, but not longer than the phase or the whole call may take. */
    private void await(BooleanSupplier done, Deadline phase, String tooLate) {
        Deadline until = phase.or(deadline);
        try {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            // The whole call may be over although there always is something to read.
            while (!done.getAsBoolean() || deadline.hasPassed()) {
                if (until.hasPassed()) {
                    boolean sent = request != null;
                    close();
                    throw new OutboundException.TimedOut(
                            origin
                                    + " "
                                    + (deadline.hasPassed() ? "did not answer in time" : tooLate),
                            sent);
                }
                long _ = changed.awaitNanos(until.remaining().toNanos());
            }
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while waiting for " + origin);
        }
    }

    private RuntimeException failed() {
        Throwable cause = failure;
        if (cause instanceof CancelledException cancelled) {
            return cancelled;
        }
        if (request != null) {
            String what =
                    response == null ? " did not answer in proper HTTP" : " cut the answer short";
            return new OutboundException.BadAnswer(origin + what, cause);
        }
        String what =
                cause instanceof SSLException
                        ? " could not be reached over TLS"
                        : " could not be reached";
        return new OutboundException.Unreachable(origin + what, cause);
    }

    static String words(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
