package ai.robutler.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client's connection from the moment it was accepted: closed if no request arrives in time, if
 * nothing happens on it for long, or at once if a client must be cut off.
 */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final AttributeKey<Connection> KEY =
            AttributeKey.valueOf(Connection.class, "connection");

    private final Channel channel;
    private final Duration first;
    private final Duration idle;
    private final AtomicInteger requests = new AtomicInteger();
    private volatile long quietSince = System.nanoTime();
    private volatile boolean used;

    /**
     * @param first how long the first request's head may take from now
     * @param idle how long the connection may be without a request afterwards
     */
    private Connection(Channel channel, Duration first, Duration idle) {
        this.channel = channel;
        this.first = first;
        this.idle = idle;
    }

    /** Watches a channel that is not registered with its event loop yet. */
    static void watch(Channel channel, Duration first, Duration idle) {
        var connection = new Connection(channel, first, idle);
        channel.attr(KEY).set(connection);
        channel.pipeline().addFirst(connection);
    }

    static Connection of(HttpConnection connection) {
        return ((HttpServerConnection) connection)
                .channelHandlerContext()
                .channel()
                .attr(KEY)
                .get();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        checkAfter(first.toNanos());
    }

    private void checkAfter(long nanos) {
        var _ = channel.eventLoop().schedule(this::check, nanos, TimeUnit.NANOSECONDS);
    }

    private void check() {
        if (!channel.isOpen()) {
            return;
        }
        long limit = (used ? idle : first).toNanos();
        long left = limit - (System.nanoTime() - quietSince);
        if (requests.get() > 0) {
            checkAfter(limit);
        } else if (left <= 0) {
            cutNow();
        } else {
            checkAfter(left);
        }
    }

    /** A request has arrived. */
    void begin() {
        used = true;
        requests.incrementAndGet();
    }

    /** A request has its answer. */
    void end() {
        quietSince = System.nanoTime();
        requests.decrementAndGet();
    }

    /** Closes the connection, whatever is still to be written: the client does not take it. */
    void cut() {
        channel.eventLoop().execute(this::cutNow);
    }

    /** An orderly close would wait for the pending writes, and so for the client. */
    private void cutNow() {
        if (channel.isOpen()) {
            channel.unsafe().close(channel.voidPromise());
        }
    }
}
