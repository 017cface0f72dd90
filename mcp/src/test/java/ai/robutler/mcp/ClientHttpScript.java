package ai.robutler.mcp;

import ai.robutler.core.Json;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server over HTTP that does as its tests want, with or without sessions, and its issuer. */
final class ClientHttpScript implements AutoCloseable {
    private static final String META = "io.modelcontextprotocol/";
    final Set<String> sessions = ConcurrentHashMap.newKeySet();
    final List<String> cancelled = new CopyOnWriteArrayList<>();
    final List<String> wrong = new CopyOnWriteArrayList<>();
    final AtomicInteger handshakes = new AtomicInteger();
    final AtomicInteger tokens = new AtomicInteger();
    final CountDownLatch over = new CountDownLatch(1);
    final CountDownLatch hung = new CountDownLatch(1);
    final AtomicInteger underWay = new AtomicInteger();
    final AtomicInteger mostUnderWay = new AtomicInteger();
    final AtomicInteger resumed = new AtomicInteger();
    final AtomicInteger listeners = new AtomicInteger();
    final Semaphore changes = new Semaphore(0);
    volatile String token = "";
    volatile String issuer;
    volatile boolean hanging;

    /** Breaks an answer off after its first event, to be taken up again. */
    volatile boolean breaking;

    /** Has one tool more, and tells so once it may. */
    volatile boolean more;

    /** Wants a call to be made twice. */
    volatile boolean askingAgain;

    private final boolean modern;
    private volatile JsonNode broken = Json.object();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    ClientHttpScript(boolean modern) {
        this(modern, 0);
    }

    ClientHttpScript(boolean modern, int port) {
        this.modern = modern;
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        issuer = origin() + "/issuer";
        server.setExecutor(threads);
        server.createContext("/mcp", this::mcp);
        server.createContext("/token", this::token);
        server.createContext(
                "/.well-known/oauth-protected-resource/mcp",
                exchange ->
                        reply(exchange, 200, "{\"authorization_servers\":[\"" + issuer + "\"]}"));
        server.createContext(
                "/.well-known/oauth-authorization-server/issuer",
                exchange ->
                        reply(
                                exchange,
                                200,
                                "{\"issuer\":\""
                                        + issuer
                                        + "\",\"token_endpoint\":\""
                                        + origin()
                                        + "/token\"}"));
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    String url() {
        return origin() + "/mcp";
    }

    private void token(HttpExchange exchange) throws IOException {
        String form = body(exchange);
        String basic = exchange.getRequestHeaders().getFirst("Authorization");
        String expected =
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString("us:s3cret".getBytes(StandardCharsets.UTF_8));
        if (!expected.equals(basic)
                || !form.contains("grant_type=client_credentials")
                || !form.contains("resource=")) {
            reply(exchange, 401, "{\"error\":\"invalid_client\"}");
            return;
        }
        token = "token-" + tokens.incrementAndGet();
        reply(
                exchange,
                200,
                "{\"access_token\":\""
                        + token
                        + "\",\"token_type\":\"Bearer\",\"expires_in\":600}");
    }

    private void mcp(HttpExchange exchange) throws IOException {
        String body = body(exchange);
        String bearer =
                String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"))
                        .replace("Bearer ", "");
        if (!token.isEmpty() && !bearer.equals(token)) {
            reply(exchange, 401, "{}");
            return;
        }
        if (exchange.getRequestMethod().equals("GET") && !modern) {
            got(exchange);
            return;
        }
        if (!exchange.getRequestMethod().equals("POST")) {
            reply(exchange, 405, "");
            return;
        }
        ObjectNode json = Json.parseObject(body);
        String method = json.path("method").asString("");
        if (modern) {
            modern(exchange, json, method, bearer);
        } else {
            legacy(exchange, json, method, bearer);
        }
    }

    /** What is told unasked, or the rest of what broke off. */
    private void got(HttpExchange exchange) throws IOException {
        if ("event-7".equals(exchange.getRequestHeaders().getFirst("Last-Event-ID"))) {
            resumed.incrementAndGet();
            events(
                    exchange,
                    "data: " + Json.write(answer(broken, text("taken up again"))) + "\n\n");
        } else {
            tellChanges(exchange, "");
        }
    }

    /** Tells of a change as soon as it may, and then nothing more. */
    private void tellChanges(HttpExchange exchange, String meta) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (var out = exchange.getResponseBody()) {
            listeners.incrementAndGet();
            while (true) {
                out.write(": here\n\n".getBytes(StandardCharsets.UTF_8));
                out.flush();
                if (changes.tryAcquire(20, TimeUnit.MILLISECONDS)) {
                    more = true;
                    out.write(
                            ("data: {\"jsonrpc\":\"2.0\",\"method\":"
                                            + "\"notifications/tools/list_changed\",\"params\":{"
                                            + meta
                                            + "}}\n\n")
                                    .getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            over.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void events(HttpExchange exchange, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static ObjectNode answer(JsonNode request, String result) {
        ObjectNode answer = Json.object().put("jsonrpc", "2.0");
        answer.set("id", request.path("id"));
        answer.set("result", Json.parseObject(result));
        return answer;
    }

    private static String text(String text) {
        return "{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\""
                + text
                + "\"}]}";
    }

    private void legacy(HttpExchange exchange, ObjectNode json, String method, String bearer)
            throws IOException {
        String session = exchange.getRequestHeaders().getFirst("Mcp-Session-Id");
        if (method.equals("initialize")) {
            handshakes.incrementAndGet();
            String fresh = "session-" + handshakes.get() + "-" + bearer.hashCode();
            sessions.add(fresh);
            exchange.getResponseHeaders().set("Mcp-Session-Id", fresh);
            result(
                    exchange,
                    json,
                    "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":"
                            + "{\"listChanged\":true}}}");
        } else if (session == null) {
            reply(exchange, 400, "");
        } else if (!sessions.contains(session)) {
            reply(exchange, 404, "");
        } else if (method.equals("notifications/cancelled")) {
            cancelled.add(json.path("params").path("requestId").asString(""));
            reply(exchange, 202, "");
        } else if (method.startsWith("notifications/")) {
            reply(exchange, 202, "");
        } else {
            if (!"2025-11-25"
                    .equals(exchange.getRequestHeaders().getFirst("MCP-Protocol-Version"))) {
                wrong.add(method + " without the revision");
            }
            answer(exchange, json, method, bearer);
        }
    }

    private void modern(HttpExchange exchange, ObjectNode json, String method, String bearer)
            throws IOException {
        var headers = exchange.getRequestHeaders();
        JsonNode meta = json.path("params").path("_meta");
        if (!method.equals(headers.getFirst("Mcp-Method"))
                || !"2026-07-28".equals(headers.getFirst("MCP-Protocol-Version"))
                || !meta.path(META + "protocolVersion").asString("").equals("2026-07-28")
                || !meta.path(META + "clientCapabilities").isObject()) {
            wrong.add("a request without what each must have: " + json);
        }
        if (method.equals("tools/call")) {
            if (!json.path("params").path("name").asString("").equals(headers.getFirst("Mcp-Name"))
                    || !"=?base64?w7xiZXI=?=".equals(headers.getFirst("Mcp-Param-Region"))) {
                wrong.add("a call without what its headers must have: " + headers.entrySet());
            }
        }
        answer(exchange, json, method, bearer);
    }

    private void answer(HttpExchange exchange, ObjectNode json, String method, String bearer)
            throws IOException {
        String schema =
                "{\"type\":\"object\",\"properties\":{\"region\":{\"type\":\"string\","
                        + "\"x-mcp-header\":\"Region\"}}}";
        switch (method) {
            case "server/discover" ->
                    result(
                            exchange,
                            json,
                            "{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],"
                                    + "\"capabilities\":{\"tools\":{\"listChanged\":true}}}");
            case "subscriptions/listen" -> {
                if (!json.path("params")
                        .path("notifications")
                        .path("toolsListChanged")
                        .asBoolean()) {
                    wrong.add("a subscription that wants nothing: " + json);
                }
                tellChanges(
                        exchange,
                        "\"_meta\":{\"" + META + "subscriptionId\":" + json.path("id") + "}");
            }
            case "tools/list" ->
                    result(
                            exchange,
                            json,
                            "{\"resultType\":\"complete\",\"tools\":[{\"name\":\"who\","
                                    + "\"inputSchema\":"
                                    + schema
                                    + "},{\"name\":\"only_"
                                    + bearer.replaceAll("[^a-z0-9]", "")
                                    + "\",\"inputSchema\":{\"type\":\"object\"}},{\"name\":\"bad\","
                                    + "\"inputSchema\":"
                                    + schema.replace("Region", "Re gion")
                                    + "}"
                                    + (more
                                            ? ",{\"name\":\"added\",\"inputSchema\":{\"type\":"
                                                    + "\"object\"}}"
                                            : "")
                                    + "]}");
            case "tools/call" -> called(exchange, json, bearer);
            case "ping" -> result(exchange, json, "{}");
            default ->
                    reply(
                            exchange,
                            404,
                            "{\"jsonrpc\":\"2.0\",\"id\":"
                                    + json.path("id")
                                    + ",\"error\":{\"code\":-32601,\"message\":\"no\"}}");
        }
    }

    /** In events; a hanging one until the other side is gone. */
    private void called(HttpExchange exchange, ObjectNode json, String bearer) throws IOException {
        JsonNode state = json.path("params").path("requestState");
        if (askingAgain && !state.asString("").equals("where I was")) {
            result(
                    exchange,
                    json,
                    "{\"resultType\":\"input_required\",\"requestState\":\"where I was\"}");
            return;
        }
        if (breaking) {
            broken = json;
            events(exchange, "id: event-7\nretry: 10\ndata:\n\n");
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        try (var out = exchange.getResponseBody()) {
            while (hanging) {
                hung.countDown();
                out.write(": still here\n\n".getBytes(StandardCharsets.UTF_8));
                out.flush();
                java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
            }
            String answer = Json.write(answer(json, text("you are " + bearer)));
            out.write(("data: " + answer + "\n\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            over.countDown();
        } finally {
            underWay.decrementAndGet();
        }
    }

    private static void result(HttpExchange exchange, ObjectNode json, String result)
            throws IOException {
        reply(
                exchange,
                200,
                "{\"jsonrpc\":\"2.0\",\"id\":" + json.path("id") + ",\"result\":" + result + "}");
    }

    private static String body(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        hanging = false;
        server.stop(0);
        threads.shutdownNow();
    }
}
