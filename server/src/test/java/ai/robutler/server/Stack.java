package ai.robutler.server;

import ai.robutler.core.Agent;
import ai.robutler.core.AgentBuilder;
import ai.robutler.core.Json;
import ai.robutler.core.Providers;
import ai.robutler.core.Settings;
import ai.robutler.testkit.ScriptedProvider;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The whole height over real sockets: a client, a server with one agent, a scripted provider. */
final class Stack implements AutoCloseable {
    final ScriptedProvider provider = ScriptedProvider.start();
    final RobutlerServer server;
    private final Providers providers;
    private final HttpClient client = HttpClient.newHttpClient();

    Stack(UnaryOperator<AgentBuilder> agent) {
        this(agent, Duration.ofSeconds(10));
    }

    /**
     * @param patience the provider's time-outs
     */
    Stack(UnaryOperator<AgentBuilder> agent, Duration patience) {
        ObjectNode openai = Json.object().put("base-url", provider.baseUrl());
        openai.put("attempts", 1).put("api-key", "sk-secret-of-the-operator");
        openai.withObject("/timeouts")
                .put("first-token", patience.toMillis() + "ms")
                .put("between-tokens", patience.toMillis() + "ms");
        ObjectNode settings = Json.object();
        settings.set("openai", openai);
        providers = Providers.configure(Settings.of(settings, _ -> ""));
        AgentBuilder builder = Agent.builder("helper").model("openai/test-model");
        Agent built = agent.apply(builder.providers(providers)).build();
        server = RobutlerServer.builder().agent(built).port(0).build().start();
    }

    String chatUrl() {
        return server.url() + "/helper/chat/completions";
    }

    HttpResponse<String> post(JsonNode body) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(chatUrl()))
                        .header("Content-Type", "application/json")
                        .timeout(Duration.ofSeconds(60))
                        .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The data of a stream's events, comments left out. */
    static List<String> events(String stream) {
        var events = new ArrayList<String>();
        for (String event : stream.split("\n\n")) {
            if (event.startsWith("data: ")) {
                events.add(event.substring("data: ".length()));
            }
        }
        return events;
    }

    @Override
    public void close() {
        server.close();
        providers.close();
        provider.close();
        client.close();
    }
}
