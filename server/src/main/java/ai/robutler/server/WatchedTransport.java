package ai.robutler.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.transport.Transport;

import java.time.Duration;
import java.util.List;

/**
 * NIO, with each accepted connection watched from its first moment. Vert.x itself tells of a
 * connection only once its first request has arrived, which a slow sender never lets happen.
 */
final class WatchedTransport extends NioTransport {
    private final Duration first;
    private final Duration idle;

    private WatchedTransport(Duration first, Duration idle) {
        this.first = first;
        this.idle = idle;
    }

    static Transport of(Duration first, Duration idle) {
        return new TransportInternal("nio", true, null, new WatchedTransport(first, idle));
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return () ->
                new NioServerSocketChannel() {
                    @Override
                    protected int doReadMessages(List<Object> accepted) throws Exception {
                        int before = accepted.size();
                        int count = super.doReadMessages(accepted);
                        for (int i = before; i < accepted.size(); i++) {
                            Connection.watch((Channel) accepted.get(i), first, idle);
                        }
                        return count;
                    }
                };
    }
}
