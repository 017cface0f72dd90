package ai.robutler.models;

import static ai.robutler.models.OpenAi.soon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.robutler.core.ChatRequest;
import ai.robutler.core.Deadline;
import ai.robutler.core.ProviderException;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PfxOptions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Against a server with a certificate of its own, over HTTP/2 and HTTP/1.1. */
class TlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir static Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final List<HttpVersion> versions = new ArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final CountDownLatch cut = new CountDownLatch(1);
    private HttpServer server = vertx.createHttpServer();

    @BeforeAll
    static void makeCertificate() throws Exception {
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "a",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "san=dns:localhost",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store().toString(),
                                "-storepass",
                                PASSWORD)
                        .inheritIO()
                        .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
    }

    private static Path store() {
        return folder.resolve("server.p12");
    }

    @BeforeEach
    void start() throws Exception {
        server =
                vertx.createHttpServer(
                        new HttpServerOptions()
                                .setSsl(true)
                                .setUseAlpn(true)
                                .setKeyCertOptions(pfx()));
        server.connectionHandler(_ -> connections.incrementAndGet());
        server.requestHandler(
                request -> {
                    versions.add(request.version());
                    request.response().exceptionHandler(_ -> cut.countDown());
                    if ("/hang".equals(request.path())) {
                        request.response().setChunked(true).write("begun");
                    } else {
                        request.response().end("hello");
                    }
                });
        server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private static PfxOptions pfx() {
        return new PfxOptions().setPath(store().toString()).setPassword(PASSWORD);
    }

    private URI uri(String host, String path) {
        return URI.create("https://" + host + ":" + server.actualPort() + path);
    }

    private Exchange send(Upstream upstream, URI uri) {
        return upstream.send("GET", uri, Map.of(), new byte[0], Timeouts.DEFAULT, soon());
    }

    @Test
    void anUnknownCertificateIsRefused() {
        try (var openAi = OpenAi.at(uri("localhost", "/v1").toString(), "{\"attempts\":1}")) {
            assertThatThrownBy(() -> openAi.model().complete(ChatRequest.of("Hi"), soon()))
                    .isInstanceOf(ProviderException.Transient.class)
                    .hasMessageContaining("over TLS")
                    .hasMessageNotContaining("localhost");
        }
        assertThat(versions).isEmpty();
    }

    @Test
    void aTrustedCertificateOfAnotherHostIsRefused() {
        try (var upstream = new Upstream("test", 10, Optional.empty(), pfx())) {
            assertThatThrownBy(() -> send(upstream, uri("127.0.0.1", "/")))
                    .isInstanceOf(ProviderException.Transient.class)
                    .hasMessageContaining("over TLS");
        }
        assertThat(versions).isEmpty();
    }

    @Test
    void aTrustedServerIsSpokenToInHttp2OverOneConnection() throws Exception {
        try (var upstream = new Upstream("test", 10, Optional.empty(), pfx());
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            try (Exchange first = send(upstream, uri("localhost", "/"))) {
                assertThat(first.readAll(100)).asString().isEqualTo("hello");
            }
            var answers = new ArrayList<Future<String>>();
            for (int i = 0; i < 50; i++) {
                answers.add(
                        pool.submit(
                                () -> {
                                    try (var exchange = send(upstream, uri("localhost", "/"))) {
                                        return new String(exchange.readAll(100), UTF_8);
                                    }
                                }));
            }
            for (Future<String> answer : answers) {
                assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("hello");
            }
        }
        assertThat(versions).hasSize(51).containsOnly(HttpVersion.HTTP_2);
        assertThat(connections).hasValue(1);
    }

    @Test
    void closingAStreamOfHttp2ResetsItAlone() throws Exception {
        try (var upstream = new Upstream("test", 10, Optional.empty(), pfx())) {
            try (Exchange hanging = send(upstream, uri("localhost", "/hang"))) {
                assertThat(hanging.read()).isPresent();
            }
            assertThat(cut.await(10, TimeUnit.SECONDS)).isTrue();
            try (Exchange next = send(upstream, uri("localhost", "/"))) {
                assertThat(next.readAll(100)).asString().isEqualTo("hello");
            }
        }
        assertThat(connections).hasValue(1);
    }

    @Test
    void theDeadlineBoundsTheWaitForHttp2Too() {
        try (var upstream = new Upstream("test", 10, Optional.empty(), pfx())) {
            // The first connection of a process takes its time.
            try (Exchange first = send(upstream, uri("localhost", "/"))) {
                assertThat(first.readAll(100)).asString().isEqualTo("hello");
            }
            try (Exchange hanging =
                    upstream.send(
                            "GET",
                            uri("localhost", "/hang"),
                            Map.of(),
                            new byte[0],
                            Timeouts.DEFAULT,
                            Deadline.after(Duration.ofSeconds(2)))) {
                assertThat(hanging.read()).isPresent();
                assertThatThrownBy(hanging::read)
                        .isInstanceOf(ProviderException.Transient.class)
                        .hasMessageContaining("in time");
            }
        }
    }

    @Test
    void aProxysTunnelCarriesHttp2AndIsUsedAgain() throws Exception {
        try (var proxy = TinyProxy.to(server.actualPort());
                var upstream =
                        new Upstream("test", 10, Proxy.parse(proxy.url("me:s3cret@")), pfx())) {
            for (int i = 0; i < 3; i++) {
                try (Exchange exchange = send(upstream, URI.create("https://localhost/"))) {
                    assertThat(exchange.readAll(100)).asString().isEqualTo("hello");
                }
            }
            assertThat(proxy.heads()).hasSize(1);
            String head = proxy.heads().getFirst();
            assertThat(head).startsWith("CONNECT localhost:443 HTTP/1.1\r\n");
            assertThat(TinyProxy.header(head, "proxy-authorization"))
                    .isEqualTo("Basic bWU6czNjcmV0");
        }
        assertThat(versions).hasSize(3).containsOnly(HttpVersion.HTTP_2);
        assertThat(connections).hasValue(1);
    }

    @Test
    void theCertificateBehindAProxyIsThatOfTheProvider() throws Exception {
        try (var proxy = TinyProxy.to(server.actualPort());
                var upstream = new Upstream("test", 10, Proxy.parse(proxy.url("")), pfx())) {
            assertThatThrownBy(() -> send(upstream, URI.create("https://other.test/")))
                    .isInstanceOf(ProviderException.Transient.class)
                    .hasMessageContaining("over TLS");
        }
        assertThat(versions).isEmpty();
    }
}
