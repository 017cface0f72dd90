package ai.robutler.models;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.core.ProviderException;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * HTTP to one provider, in blocking style for virtual threads. HTTP/1.1, and HTTP/2 where TLS
 * agrees on it; certificates are checked against the JVM's trust store; redirects are not followed.
 * Thread-safe. Nothing is started before the first call; the threads are daemons.
 *
 * <p>Vert.x stays inside this class and {@link Exchange}.
 */
final class Upstream implements AutoCloseable {
    private static final int IDLE_SECONDS = 30;
    private static final int MAX_HEADER_BYTES = 64 << 10;
    private static final int STREAMS_PER_CONNECTION = 100;
    private static final int STREAM_WINDOW = 64 << 10;

    private final String provider;
    private final int connections;
    private final Optional<Proxy> proxy;
    private final @Nullable TrustOptions trust;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable Edge edge;
    private volatile boolean closed;

    /**
     * @param provider whose name stands in the messages of failures
     * @param connections how many connections to a host may be open at once; a stream holds one
     *     over HTTP/1.1
     * @param proxy the way to the provider, if it is not reached directly
     */
    Upstream(String provider, int connections, Optional<Proxy> proxy) {
        this(provider, connections, proxy, null);
    }

    /**
     * @param trust whom to trust instead of those whom the JVM trusts; null for the JVM's own
     */
    Upstream(
            String provider, int connections, Optional<Proxy> proxy, @Nullable TrustOptions trust) {
        this.provider = provider;
        this.connections = connections;
        this.proxy = proxy;
        this.trust = trust;
    }

    /**
     * Sends a request and waits for the head of its answer. The caller closes the exchange.
     *
     * @throws ProviderException.Transient if the provider cannot be reached, is silent for too
     *     long, or closes the connection
     * @throws CancelledException if the thread is interrupted; the connection is closed at once
     */
    Exchange send(
            String method,
            URI uri,
            Map<String, String> headers,
            byte[] body,
            Timeouts timeouts,
            Deadline deadline) {
        Deadline connect = Deadline.after(timeouts.connect()).or(deadline);
        // Behind a proxy the provider's name may mean nothing here: the proxy looks it up.
        List<InetAddress> addresses =
                addresses(proxy.map(Proxy::host).orElse(uri.getHost()), connect);
        boolean again = false;
        int i = 0;
        while (true) {
            var exchange = new Exchange(provider, timeouts, deadline);
            // Each address gets its share of the time: a dead one must not eat up all of it.
            Duration share = connect.remaining().dividedBy(addresses.size() - i);
            try {
                Edge open = edge();
                exchange.start(
                        open.context(),
                        open.client(),
                        options(method, uri, headers, addresses.get(i), timeouts),
                        Buffer.buffer(body),
                        open.fresh());
                exchange.awaitHead(Deadline.after(share));
                return exchange;
            } catch (ProviderException.Transient e) {
                if (exchange.stale() && !again && Budget.takeFromShared()) {
                    again = true;
                    connect = Deadline.after(timeouts.connect()).or(deadline);
                } else if (exchange.connected()
                        || i == addresses.size() - 1
                        || connect.hasPassed()) {
                    throw e;
                } else {
                    i++; // The next address may be alive where this one is dead.
                }
            }
        }
    }

    private RequestOptions options(
            String method,
            URI uri,
            Map<String, String> headers,
            InetAddress address,
            Timeouts timeouts) {
        boolean tls = uri.getScheme().equalsIgnoreCase("https");
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        var options =
                new RequestOptions()
                        .setMethod(HttpMethod.valueOf(method))
                        .setHost(uri.getHost())
                        .setPort(port)
                        .setSsl(tls)
                        .setURI(uri.getRawPath() + query)
                        .setConnectTimeout(timeouts.connect().toMillis() + 1)
                        .setFollowRedirects(false);
        if (!tls) {
            options.setProtocolVersion(HttpVersion.HTTP_1_1);
        }
        proxy.ifPresentOrElse(
                by -> options.setProxyOptions(by(by, address, timeouts)),
                () ->
                        options.setServer(
                                SocketAddress.inetSocketAddress(port, address.getHostAddress())));
        headers.forEach(options::putHeader);
        return options;
    }

    private static ProxyOptions by(Proxy proxy, InetAddress address, Timeouts timeouts) {
        var options =
                new ProxyOptions()
                        .setType(ProxyType.HTTP)
                        .setHost(address.getHostAddress())
                        .setPort(proxy.port())
                        .setConnectTimeout(timeouts.connect().plusMillis(1));
        return proxy.user().isEmpty()
                ? options
                : options.setUsername(proxy.user()).setPassword(proxy.password());
    }

    /**
     * The host's addresses by the JVM's resolver, which knows the machine's own ways to names. It
     * cannot be interrupted, so a thread of its own waits for it.
     */
    private List<InetAddress> addresses(String host, Deadline deadline) {
        var lookup = new FutureTask<>(() -> List.of(InetAddress.getAllByName(host)));
        Thread.ofVirtual().name("lookup " + host).start(lookup);
        try {
            return lookup.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String what =
                    cause instanceof UnknownHostException ? "has no address" : "was not found";
            throw Exchange.logged(ProviderException.failed(provider, what, cause));
        } catch (TimeoutException e) {
            throw ProviderException.timedOut(provider, "was not found in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while looking for " + provider);
        }
    }

    private Edge edge() {
        Edge open = edge;
        return open == null ? openEdge() : open;
    }

    private Edge openEdge() {
        opening.lock();
        try {
            if (closed) {
                throw ProviderException.refused(provider, "is closed");
            }
            Edge open = edge;
            if (open == null) {
                open = Edge.open(connections, trust);
                edge = open;
            }
            return open;
        } finally {
            opening.unlock();
        }
    }

    /** Ends the calls under way and closes all connections. */
    @Override
    public void close() {
        opening.lock();
        try {
            closed = true;
            Edge open = edge;
            edge = null;
            if (open != null) {
                open.close();
            }
        } finally {
            opening.unlock();
        }
    }

    /**
     * What is open while the provider is used.
     *
     * @param fresh the connections that have not carried a request yet
     */
    private record Edge(
            Vertx vertx,
            HttpClient client,
            List<Context> contexts,
            AtomicInteger turn,
            Set<HttpConnection> fresh) {

        static Edge open(int connections, @Nullable TrustOptions trust) {
            int loops = Runtime.getRuntime().availableProcessors();
            Vertx vertx =
                    Vertx.builder()
                            .with(
                                    new VertxOptions()
                                            .setUseDaemonThread(true)
                                            .setEventLoopPoolSize(loops)
                                            .setWorkerPoolSize(1)
                                            .setInternalBlockingPoolSize(1)
                                            .setDisableTCCL(true)
                                            .setFileSystemOptions(
                                                    new FileSystemOptions()
                                                            .setFileCachingEnabled(false)
                                                            .setClassPathResolvingEnabled(false)))
                            .build();
            Set<HttpConnection> fresh = ConcurrentHashMap.newKeySet();
            HttpClient client =
                    vertx.httpClientBuilder()
                            .with(http(trust))
                            .with(pool(connections))
                            .withConnectHandler(
                                    connection -> {
                                        fresh.add(connection);
                                        connection.closeHandler(_ -> fresh.remove(connection));
                                    })
                            .build();
            return new Edge(vertx, client, contexts(vertx, loops), new AtomicInteger(), fresh);
        }

        private static HttpClientOptions http(@Nullable TrustOptions trust) {
            var options =
                    new HttpClientOptions()
                            .setProtocolVersion(HttpVersion.HTTP_2)
                            .setUseAlpn(true)
                            .setHttp2ClearTextUpgrade(false)
                            .setTcpKeepAlive(true)
                            .setKeepAliveTimeout(IDLE_SECONDS)
                            .setHttp2KeepAliveTimeout(IDLE_SECONDS)
                            .setMaxHeaderSize(MAX_HEADER_BYTES)
                            .setMaxInitialLineLength(MAX_HEADER_BYTES)
                            .setHttp2MultiplexingLimit(STREAMS_PER_CONNECTION)
                            // Slow readers of some streams must not hold up the other streams.
                            .setHttp2ConnectionWindowSize(
                                    2 * STREAMS_PER_CONNECTION * STREAM_WINDOW)
                            .setInitialSettings(
                                    new Http2Settings().setInitialWindowSize(STREAM_WINDOW));
            return trust == null ? options : options.setTrustOptions(trust);
        }

        private static PoolOptions pool(int connections) {
            return new PoolOptions().setHttp1MaxSize(connections).setHttp2MaxSize(connections);
        }

        /**
         * Contexts of our own: one asked for by a foreign thread would stay in that thread's
         * locals.
         */
        private static List<Context> contexts(Vertx vertx, int loops) {
            return Stream.<Context>generate(((VertxInternal) vertx)::createEventLoopContext)
                    .limit(loops)
                    .toList();
        }

        Context context() {
            return contexts.get(Math.floorMod(turn.getAndIncrement(), contexts.size()));
        }

        void close() {
            client.close();
            vertx.close();
        }
    }
}
