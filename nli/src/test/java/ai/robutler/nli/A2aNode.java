package ai.robutler.nli;

import ai.robutler.core.AgentBuilder;
import ai.robutler.core.Caller;
import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.Json;
import ai.robutler.store.Database;

import tools.jackson.databind.JsonNode;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/** A server whose agent {@code helper} is spoken to in A2A. Who calls says so in X-User. */
final class A2aNode implements AutoCloseable {
    private final Node node;
    private final A2a a2a;

    A2aNode(Database database) {
        this(database, agent -> agent);
    }

    /**
     * @param more what else its agent is
     */
    A2aNode(Database database, UnaryOperator<AgentBuilder> more) {
        node = new Node("{}");
        a2a = A2a.open(node, false, database);
        node.authenticator(
                head -> head.header("X-User").map(A2aNode::user).orElse(Caller.anonymous()));
        node.agent(
                "helper",
                new Model(A2aNode::answer),
                agent -> more.apply(agent.description("Helps.").intents(List.of("help me"))));
        node.agentEndpoints(a2a.ofAgents());
        node.start();
    }

    private static Caller user(String id) {
        return new Caller.User(id, Set.of("user"));
    }

    private static ChatCompletion answer(ChatRequest request) {
        String said = request.messages().getLast().text();
        if (said.startsWith("Take for ever")) {
            return forEver();
        }
        int before = request.messages().size() - 1;
        return ChatCompletion.text(
                "You said: " + said + (before > 0 ? " after " + before + " messages" : ""));
    }

    private static ChatCompletion forEver() {
        try {
            new CountDownLatch(1).await();
            throw new AssertionError();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted");
        }
    }

    Node node() {
        return node;
    }

    HttpResponse<String> get(String path, String user, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(node.url() + path));
        request.header("X-User", user).header("A2A-Version", "1.0");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return node.send(request);
    }

    JsonNode rpc(String method, String params, String user) throws Exception {
        return Json.parse(rpcRaw(method, params, user).body());
    }

    HttpResponse<String> rpcRaw(String method, String params, String user, String... headers)
            throws Exception {
        String body =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}"
                        .formatted(method, params);
        return node.send(post("/helper/a2a", body, user, headers));
    }

    HttpRequest.Builder post(String path, String body, String user, String... headers) {
        var request =
                HttpRequest.newBuilder(URI.create(node.url() + path))
                        .header("Content-Type", "application/json")
                        .header("A2A-Version", "1.0")
                        .header("X-User", user)
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    static String message(String text, String more) {
        return "{\"message\":{\"messageId\":\"m\",\"role\":\"ROLE_USER\",\"parts\":[{\"text\":\"%s\"}]}%s}"
                .formatted(text, more);
    }

    @Override
    public void close() {
        node.close();
        a2a.close();
    }
}
