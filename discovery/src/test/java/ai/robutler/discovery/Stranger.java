package ai.robutler.discovery;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of somebody else's, which answers as a test wants it to. */
final class Stranger implements AutoCloseable {
    /** What is done to an exchange. */
    interface Answer {
        void to(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    Stranger() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        calls.computeIfAbsent(path, _ -> new AtomicInteger()).incrementAndGet();
        try (exchange) {
            answers.getOrDefault(path, text(404, "nothing")).to(exchange);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static Answer text(int status, String text) {
        return exchange -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        };
    }

    static Answer redirect(String location) {
        return exchange -> {
            exchange.getResponseHeaders().add("Location", location);
            exchange.sendResponseHeaders(302, -1);
        };
    }

    /** Never, for as long as this server is there. */
    Answer silence() {
        return _ -> {
            boolean _ = closed.await(30, TimeUnit.SECONDS);
        };
    }

    /** More than anybody wants. */
    static Answer huge() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            var piece = new byte[64 << 10];
            for (int i = 0; i < 1_000; i++) {
                exchange.getResponseBody().write(piece);
            }
        };
    }

    Stranger at(String path, Answer answer) {
        answers.put(path, answer);
        return this;
    }

    /** An agent as servers like ours have it. */
    Stranger agent(String name) {
        return at(
                "/" + name + "/health",
                text(200, "{\"status\":\"healthy\",\"agent\":\"" + name + "\"}"));
    }

    /** Shows what a platform asked for. */
    Stranger show(Published.Challenged challenge) {
        String path = URI.create(challenge.location()).getPath();
        return at(path, text(200, challenge.proof()));
    }

    int calls(String path) {
        AtomicInteger count = calls.get(path);
        return count == null ? 0 : count.get();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    String url(String agent) {
        return url() + "/" + agent;
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
