package ai.robutler.bench;

import ai.robutler.core.Agent;
import ai.robutler.core.Json;
import ai.robutler.payments.AgentPrice;
import ai.robutler.server.RobutlerServer;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * A server with one agent, and a client that keeps its connection. Calls are for one thread at a
 * time.
 */
final class Site implements AutoCloseable {
    private static final String AGENT = "clerk";
    private static final long CENT = 10_000_000L;

    private final String name;
    private final RobutlerServer server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpRequest whole;
    private final HttpRequest streamed;

    private Site(String name, RobutlerServer server, String key, String token) {
        this.name = name;
        this.server = server;
        whole = request(false, key, token);
        streamed = request(true, key, token);
    }

    /** Anybody may call, and nobody pays. */
    static Site free(Models models) {
        Agent agent =
                Agent.builder(AGENT).model(Models.MODEL).providers(models.providers()).build();
        return new Site(
                "free", RobutlerServer.builder().agent(agent).port(0).build().start(), "", "");
    }

    /** Callers have keys, and pay a cent for a request, and what the model costs. */
    static Site paid(String name, Models models, Money money) {
        Agent agent =
                Agent.builder(AGENT)
                        .owner("owner")
                        .model(Models.MODEL)
                        .providers(models.providers())
                        .billing(money.bills().of(AgentPrice.ofRequest(CENT)))
                        .build();
        RobutlerServer server =
                RobutlerServer.builder()
                        .agent(agent)
                        .authenticator(head -> money.identity().authenticate(head::headers))
                        .callersRequired(true)
                        .port(0)
                        .build()
                        .start();
        return new Site(name, server, money.key(), money.token());
    }

    private HttpRequest request(boolean stream, String key, String token) {
        ObjectNode body = Json.object().put("stream", stream).put("max_tokens", 200);
        body.putArray("messages").addObject().put("role", "user").put("content", "How is it?");
        var request =
                HttpRequest.newBuilder(URI.create(server.url() + "/" + AGENT + "/chat/completions"))
                        .header("Content-Type", "application/json")
                        .timeout(Duration.ofSeconds(30))
                        .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key).header("X-Payment-Token", token);
        }
        return request.build();
    }

    String name() {
        return name;
    }

    /** Makes a call, and tells how long it took from the first byte to the last, in nanoseconds. */
    long call(boolean stream) throws IOException, InterruptedException {
        long start = System.nanoTime();
        HttpResponse<String> answer =
                client.send(stream ? streamed : whole, HttpResponse.BodyHandlers.ofString());
        long took = System.nanoTime() - start;
        if (answer.statusCode() != 200 || !answer.body().contains(stream ? "[DONE]" : "cheap")) {
            throw new IllegalStateException(
                    name + ": " + answer.statusCode() + " " + answer.body());
        }
        return took;
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }
}
