package ai.robutler.models;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.core.ProviderException;

import io.netty.channel.Channel;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.impl.HttpClientConnection;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import javax.net.ssl.SSLException;

/**
 * One request and its answer: an event loop on one side, a blocked virtual thread on the other.
 * About {@link #AHEAD} bytes are read ahead of the reader; then the socket is left alone. One
 * thread reads; any thread may close.
 */
final class Exchange implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final int AHEAD = 64 << 10;
    private static final int PIECE = 128; // what a piece costs besides its bytes
    private static final long CANCEL = 8; // HTTP/2's error code
    private static final long DRAIN_MILLIS = 500;

    private final String provider;
    private final Timeouts timeouts;
    private final Deadline deadline;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Buffer> arrived = new ArrayDeque<>();
    private @Nullable Context context;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private @Nullable Throwable failure;
    private boolean reused;
    private boolean ended;
    private boolean abandoned;
    private boolean started;
    private boolean stopped;
    private int ahead;
    private Deadline silence;

    Exchange(String provider, Timeouts timeouts, Deadline deadline) {
        this.provider = provider;
        this.timeouts = timeouts;
        this.deadline = deadline;
        this.silence = deadline;
    }

    // ---- the event loop's side

    void start(
            Context on,
            HttpClient client,
            RequestOptions options,
            Buffer body,
            Set<HttpConnection> fresh) {
        context = on;
        tell(() -> on.runOnContext(_ -> request(client, options, body, fresh)));
    }

    private void request(
            HttpClient client, RequestOptions options, Buffer body, Set<HttpConnection> fresh) {
        try {
            client.request(options).onComplete(opened -> requestOpened(opened, body, fresh));
        } catch (RuntimeException e) {
            // The provider was closed in between: nobody else would tell the caller.
            fail(e);
        }
    }

    /** Asks the event loop for something. Closing the provider ends the loop under us. */
    private void tell(Runnable command) {
        try {
            command.run();
        } catch (RejectedExecutionException e) {
            fail(e);
        }
    }

    private void requestOpened(
            AsyncResult<HttpClientRequest> opened, Buffer body, Set<HttpConnection> fresh) {
        if (opened.failed()) {
            fail(opened.cause());
            return;
        }
        HttpClientRequest open = opened.result();
        lock.lock();
        try {
            request = open;
            reused = !fresh.remove(open.connection());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        open.exceptionHandler(this::fail);
        if (hasBeenAbandoned()) {
            open.reset(CANCEL);
            return;
        }
        // The answer may come before the request has gone out whole.
        open.response().onComplete(this::headArrived);
        open.end(body).onFailure(this::fail);
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
     * Whether more is taken from the other side. Over HTTP/1.1 it is the socket that is left alone,
     * and not the response that is paused: a paused one goes on reading for a while, and loses what
     * it holds back when it meets the end of the connection there.
     */
    private void take(boolean more) {
        if (request == null || response == null) {
            return;
        }
        if (response.version() != HttpVersion.HTTP_2) {
            channel(request.connection()).config().setAutoRead(more);
        } else if (more) {
            response.resume();
        } else {
            response.pause();
        }
    }

    private static Channel channel(HttpConnection connection) {
        return ((HttpClientConnection) connection).channelHandlerContext().channel();
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
     * Whether the connection was an idle one that the provider had closed before it saw the
     * request.
     */
    boolean stale() {
        lock.lock();
        try {
            return reused
                    && response == null
                    && failure != null
                    && !(failure instanceof CancelledException);
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
            silence = Deadline.after(timeouts.firstToken());
            await(
                    () -> response != null || failure != null,
                    silence,
                    "was silent for " + words(timeouts.firstToken()));
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

    Optional<String> header(String name) {
        return Optional.ofNullable(head().getHeader(name));
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

    /**
     * The next bytes of the body, as they came; empty at its end.
     *
     * @throws ProviderException.Transient if the provider is silent for too long, or cuts the
     *     connection
     * @throws CancelledException if the thread is interrupted, or the exchange was closed
     */
    Optional<byte[]> read() {
        Duration longest = started ? timeouts.betweenTokens() : timeouts.firstToken();
        Buffer next;
        lock.lock();
        try {
            if (started) {
                silence = Deadline.after(longest);
            }
            await(
                    () -> !arrived.isEmpty() || ended || failure != null,
                    silence,
                    "was silent for " + words(longest));
            Buffer first = arrived.poll();
            if (first == null) {
                if (ended) {
                    return Optional.empty();
                }
                throw failed();
            }
            next = first;
            started = true;
            ahead -= next.length() + PIECE;
            if (ahead < AHEAD / 2) {
                goOn();
            }
        } finally {
            lock.unlock();
        }
        return Optional.of(next.getBytes());
    }

    /**
     * The rest of the body.
     *
     * @throws ProviderException.Transient also if it is longer than {@code limit} bytes
     */
    byte[] readAll(int limit) {
        var whole = new ByteArrayOutputStream();
        for (Optional<byte[]> bytes = read(); bytes.isPresent(); bytes = read()) {
            if (whole.size() + bytes.get().length > limit) {
                close();
                throw ProviderException.failed(provider, "sent more than fits", null);
            }
            whole.writeBytes(bytes.get());
        }
        return whole.toByteArray();
    }

    /** The beginning of an error's body: what is there, up to so many bytes, cut or not. */
    byte[] readSome(int limit) {
        var some = new ByteArrayOutputStream();
        try {
            for (Optional<byte[]> bytes = read(); bytes.isPresent(); bytes = read()) {
                some.write(bytes.get(), 0, Math.min(bytes.get().length, limit - some.size()));
                if (some.size() == limit) {
                    break;
                }
            }
        } catch (ProviderException e) {
            LOG.debug("the body of an error was cut short: {}", e.getMessage());
        }
        return some.toByteArray();
    }

    /**
     * Nothing more of the body is wanted, and little should be left of it: lets it run out, so that
     * the connection can be used again. Does not wait.
     */
    void drain() {
        lock.lock();
        try {
            HttpClientRequest open = request;
            Context on = context;
            if (ended || abandoned || open == null || on == null || response == null) {
                return;
            }
            abandoned = true;
            arrived.clear();
            ahead = 0;
            goOn();
            tell(
                    () ->
                            on.runOnContext(
                                    _ ->
                                            on.owner()
                                                    .setTimer(
                                                            DRAIN_MILLIS,
                                                            _ -> resetUnlessEnded(open))));
        } finally {
            lock.unlock();
        }
    }

    private void resetUnlessEnded(HttpClientRequest open) {
        if (!hasEnded()) {
            open.reset(CANCEL);
        }
    }

    private boolean hasBeenAbandoned() {
        lock.lock();
        try {
            return abandoned;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasEnded() {
        lock.lock();
        try {
            return ended || failure != null;
        } finally {
            lock.unlock();
        }
    }

    /** Cuts the connection (HTTP/2: resets the stream) at once if the answer has not ended. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (ended || abandoned) {
                return;
            }
            abandoned = true;
            arrived.clear();
            ahead = 0;
            if (failure == null) {
                failure = new CancelledException("the call to " + provider + " was closed");
            }
            changed.signalAll();
            HttpClientRequest open = request;
            Context on = context;
            if (open != null && on != null) {
                goOn();
                tell(() -> on.runOnContext(_ -> open.reset(CANCEL)));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits with the lock held, but not longer than the phase or the whole call may take. */
    private void await(BooleanSupplier done, Deadline phase, String tooLate) {
        Deadline until = phase.or(deadline);
        try {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            while (!done.getAsBoolean()) {
                if (until.hasPassed()) {
                    close();
                    throw ProviderException.timedOut(
                            provider, deadline.hasPassed() ? "did not answer in time" : tooLate);
                }
                long _ = changed.awaitNanos(until.remaining().toNanos());
            }
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while waiting for " + provider);
        }
    }

    private RuntimeException failed() {
        Throwable cause = failure;
        if (cause instanceof CancelledException cancelled) {
            return cancelled;
        }
        String what =
                switch (cause) {
                    case SSLException _ -> "could not be reached over TLS";
                    case null, default ->
                            request == null
                                    ? "could not be reached"
                                    : response == null
                                            ? "closed the connection instead of answering"
                                            : "cut the answer short";
                };
        return logged(ProviderException.failed(provider, what, cause));
    }

    /** The cause is for the operator: it may hold internal addresses, never a key. */
    static ProviderException logged(ProviderException failure) {
        LOG.warn("{} ({})", failure.getMessage(), String.valueOf(failure.getCause()));
        return failure;
    }

    static String words(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
