package ai.robutler.server;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PfxOptions;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The listening socket and the event loops behind it: one server for each, sharing the socket. */
final class Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final int LONGEST_LINE = 8 << 10;

    private final Options options;
    private final int loops = Math.max(1, Runtime.getRuntime().availableProcessors());
    private final Vertx vertx;
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
    private volatile int port;

    Listener(Options options) {
        this.options = options;
        this.port = options.port();
        this.vertx =
                Vertx.builder()
                        .with(
                                new VertxOptions()
                                        .setEventLoopPoolSize(loops)
                                        .setWorkerPoolSize(1)
                                        .setInternalBlockingPoolSize(2)
                                        .setFileSystemOptions(
                                                new FileSystemOptions()
                                                        .setFileCachingEnabled(false)
                                                        .setClassPathResolvingEnabled(false)))
                        .withTransport(
                                WatchedTransport.of(
                                        options.slowSenderTimeout(), options.idleTimeout()))
                        .build();
    }

    Vertx vertx() {
        return vertx;
    }

    int port() {
        return port;
    }

    void start(Intake intake) {
        // To Vert.x, a negative port is any free one that all servers share; 0 is one for each.
        int asked = options.port() == 0 ? -1 : options.port();
        HttpServerOptions http = httpOptions();
        for (int i = 0; i < loops; i++) {
            Deployable loop =
                    _ -> {
                        HttpServer server =
                                vertx.createHttpServer(http)
                                        .requestHandler(intake::accept)
                                        .invalidRequestHandler(intake::acceptInvalid);
                        servers.add(server);
                        return server.listen(asked, options.host())
                                .onSuccess(listening -> port = listening.actualPort());
                    };
            await(vertx.deployVerticle(loop, new DeploymentOptions()));
        }
    }

    private HttpServerOptions httpOptions() {
        var http =
                new HttpServerOptions()
                        .setMaxHeaderSize(options.maxHeaderBytes())
                        .setMaxInitialLineLength(LONGEST_LINE)
                        .setHandle100ContinueAutomatically(false)
                        .setHttp2ClearTextEnabled(true)
                        .setSslHandshakeTimeout(options.slowSenderTimeout().toMillis())
                        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setInitialSettings(
                                new Http2Settings()
                                        .setMaxHeaderListSize(options.maxHeaderBytes())
                                        .setMaxConcurrentStreams(1_000));
        options.tls().ifPresent(tls -> configure(http, tls));
        return http;
    }

    private static void configure(HttpServerOptions http, Tls tls) {
        http.setSsl(true).setUseAlpn(true);
        http.setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1));
        switch (tls) {
            case Tls.Pem(Path certificate, Path key) ->
                    http.setKeyCertOptions(
                            new PemKeyCertOptions()
                                    .addCertValue(read(certificate))
                                    .addKeyValue(read(key)));
            case Tls.Pkcs12(Path file, String password) ->
                    http.setKeyCertOptions(
                            new PfxOptions().setValue(read(file)).setPassword(password));
        }
    }

    private static Buffer read(Path file) {
        try {
            return Buffer.buffer(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the TLS file " + file, e);
        }
    }

    private void await(Future<?> future) {
        try {
            future.toCompletionStage()
                    .toCompletableFuture()
                    .get(START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new UncheckedIOException(new IOException("the server did not start in time", e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted while starting", e));
        }
    }

    private RuntimeException failure(Throwable cause) {
        if (cause instanceof BindException taken && isTaken(taken)) {
            return new PortTakenException(options.host(), options.port(), taken);
        }
        String what = "cannot listen on " + options.host() + ":" + options.port() + ": ";
        return new UncheckedIOException(
                new IOException(what + String.valueOf(cause.getMessage()), cause));
    }

    private static boolean isTaken(BindException e) {
        return String.valueOf(e.getMessage()).contains("in use");
    }

    /** Stops accepting, closes idle connections, and waits for the others, up to the time-out. */
    void stop(Duration timeout) throws InterruptedException {
        var stops = servers.stream().map(server -> server.shutdown(timeout)).toList();
        long most = timeout.plusSeconds(5).toMillis();
        awaitQuietly(Future.join(stops), most);
    }

    /** Ends the event loops, and with them all connections. */
    void close() {
        try {
            awaitQuietly(vertx.close(), 10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitQuietly(Future<?> future, long millis) throws InterruptedException {
        try {
            future.toCompletionStage().toCompletableFuture().get(millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("stopping the server: {}", e.toString());
        }
    }
}
