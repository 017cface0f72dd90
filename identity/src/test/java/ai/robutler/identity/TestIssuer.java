package ai.robutler.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.robutler.core.Json;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An OIDC issuer over HTTP: discovery, keys, and all the ways to be out of order. */
final class TestIssuer implements AutoCloseable {
    /** How the key set is answered. */
    @FunctionalInterface
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger keyRequests = new AtomicInteger();
    private volatile List<JWK> published = List.of();
    private volatile String claimed;
    private volatile String jwksUri;
    private volatile Answer answer = this::keys;

    private TestIssuer(HttpServer server) {
        this.server = server;
        this.claimed = url();
        this.jwksUri = url() + "/keys";
    }

    static TestIssuer start(TestKey... keys) {
        try {
            var server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            var issuer = new TestIssuer(server);
            issuer.publish(keys);
            server.createContext("/", issuer::handle);
            server.setExecutor(issuer.threads);
            server.start();
            return issuer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    int port() {
        return server.getAddress().getPort();
    }

    void publish(TestKey... keys) {
        published = Arrays.stream(keys).map(TestKey::jwk).toList();
    }

    void publishRaw(List<JWK> keys) {
        published = keys;
    }

    /** What its discovery document says of itself. */
    void claim(String issuer) {
        claimed = issuer;
    }

    void jwksUri(String uri) {
        jwksUri = uri;
    }

    void answer(Answer other) {
        answer = other;
    }

    void answerWell() {
        answer = this::keys;
    }

    void answerStatus(int status) {
        answer = exchange -> send(exchange, status, "{}");
    }

    void answerText(String text) {
        answer = exchange -> send(exchange, 200, text);
    }

    void answerAfter(CountDownLatch latch) {
        answer =
                exchange -> {
                    try {
                        latch.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    keys(exchange);
                };
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            switch (exchange.getRequestURI().getPath()) {
                case "/.well-known/openid-configuration" -> send(exchange, 200, discovery());
                case "/keys", "/.well-known/jwks.json" -> {
                    keyRequests.incrementAndGet();
                    answer.to(exchange);
                }
                default -> send(exchange, 404, "{}");
            }
        }
    }

    private String discovery() {
        ObjectNode document = Json.object().put("issuer", claimed).put("jwks_uri", jwksUri);
        return Json.write(document);
    }

    private void keys(HttpExchange exchange) throws IOException {
        send(exchange, 200, new JWKSet(published).toString(true));
    }

    static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
