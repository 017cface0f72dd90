package ai.robutler.outbound;

import ai.robutler.core.Deadline;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * HTTP/1.1 to an address that has been checked. Each request has a connection of its own: nothing
 * of one answer can reach the caller of another, and no connection outlives its check. There is no
 * proxy, no redirect, no decompression.
 */
final class Edge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Edge.class);
    private static final int MAX_HEADER_BYTES = 32 << 10;
    private static final int MAX_STATUS_LINE_BYTES = 4 << 10;

    private final Vertx vertx;
    private final HttpClient client;
    private final List<Context> contexts;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * @param trust whom to trust instead of those whom the JVM trusts; null for the JVM's own
     */
    Edge(int connections, @Nullable KeyStore trust) {
        int loops = Runtime.getRuntime().availableProcessors();
        vertx = Vertx.builder().with(options(loops)).build();
        // Two timers of Vert.x race for a connection that does not stand, and the second complains:
        // a stranger must not be able to fill the log with its traces.
        vertx.exceptionHandler(failure -> LOG.info("on an event loop: {}", text(failure)));
        client =
                vertx.httpClientBuilder()
                        .with(http(trust))
                        .with(new PoolOptions().setHttp1MaxSize(connections))
                        .withConnectHandler(Edge::quieten)
                        .build();
        // Contexts of our own: one asked for by a foreign thread would stay in its locals.
        contexts =
                Stream.<Context>generate(((VertxInternal) vertx)::createEventLoopContext)
                        .limit(loops)
                        .toList();
    }

    /** The caller is told what is wrong; Vert.x would write an error to the log. */
    private static void quieten(HttpConnection connection) {
        connection.exceptionHandler(failure -> LOG.debug("a connection failed: {}", text(failure)));
    }

    private static String text(Throwable failure) {
        return OutboundException.printable(failure.toString());
    }

    private static VertxOptions options(int loops) {
        return new VertxOptions()
                .setUseDaemonThread(true)
                .setEventLoopPoolSize(loops)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setDisableTCCL(true)
                .setFileSystemOptions(
                        new FileSystemOptions()
                                .setFileCachingEnabled(false)
                                .setClassPathResolvingEnabled(false));
    }

    private static TrustManager manager(KeyStore trusted) {
        try {
            var factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            return factory.getTrustManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("these certificates cannot be trusted", e);
        }
    }

    private static HttpClientOptions http(@Nullable KeyStore trust) {
        var options =
                new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_1_1)
                        .setKeepAlive(false)
                        .setVerifyHost(true)
                        .setMaxHeaderSize(MAX_HEADER_BYTES)
                        .setMaxInitialLineLength(MAX_STATUS_LINE_BYTES);
        return trust == null ? options : options.setTrustOptions(TrustOptions.wrap(manager(trust)));
    }

    /**
     * Sends a request to one address.
     *
     * @param connect when the connection must stand
     */
    void start(
            Exchange exchange,
            Target target,
            InetAddress address,
            OutboundRequest request,
            Deadline connect) {
        long millis = Math.max(1, connect.remaining().plus(Duration.ofMillis(1)).toMillis());
        var options =
                new RequestOptions()
                        .setMethod(HttpMethod.valueOf(request.method()))
                        .setServer(server(Ip.of(address), target.port()))
                        .setHost(target.bracketed())
                        .setPort(target.port())
                        .setSsl(target.tls())
                        .setURI(target.path())
                        .setConnectTimeout(millis)
                        .setFollowRedirects(false);
        request.headers().forEach(options::putHeader);
        options.putHeader("Host", target.authority());
        if (request.hasBody()) {
            options.putHeader("Content-Length", Integer.toString(request.body().length));
        }
        Context context = contexts.get(Math.floorMod(turn.getAndIncrement(), contexts.size()));
        exchange.start(context, client, options, Ip.of(address), Buffer.buffer(request.body()));
    }

    /**
     * An address in figures: the target's name goes into Host, SNI and verification alone. By a
     * name in it Vert.x would look the host up again; an IPv6 address it takes in brackets alone.
     */
    private static SocketAddress server(Ip ip, int port) {
        return SocketAddress.inetSocketAddress(port, ip.v4() ? ip.toString() : "[" + ip + "]");
    }

    @Override
    public void close() {
        client.close();
        vertx.close();
    }
}
