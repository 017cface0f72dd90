package ai.robutler.discovery;

import ai.robutler.core.Agent;
import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Caller;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.PaidUse;
import ai.robutler.core.Scope;
import ai.robutler.outbound.AddressPolicy;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundSettings;
import ai.robutler.server.AgentDirectory;
import ai.robutler.server.RobutlerServer;
import ai.robutler.server.ServerBuilder;
import ai.robutler.store.Database;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * A server with agents, on a database that it may share with others. It keeps up when it is told.
 */
final class Node implements AutoCloseable {
    /** Small times and bounds. */
    static final DiscoverySettings SETTINGS =
            new DiscoverySettings(
                    true, 5, 1_000, Duration.ofMinutes(1), 4, Duration.ofSeconds(10), "");

    final Discovery discovery;
    final RobutlerServer server;
    private final OutboundClient outbound;
    private final List<Agent> agents = new CopyOnWriteArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    Node(Database database, TestClock clock) {
        this(database, clock, SETTINGS, PaidUse.NONE, Optional.empty());
    }

    Node(
            Database database,
            TestClock clock,
            DiscoverySettings settings,
            PaidUse paidUse,
            Optional<Registry> platform) {
        this(
                database,
                clock,
                settings,
                paidUse,
                platform,
                builder -> builder.authenticator(head -> caller(head.header("authorization"))));
    }

    /**
     * @param more who tells who calls
     */
    Node(
            Database database,
            TestClock clock,
            DiscoverySettings settings,
            PaidUse paidUse,
            Optional<Registry> platform,
            UnaryOperator<ServerBuilder> more) {
        outbound =
                OutboundClient.open(
                        new OutboundSettings(
                                AddressPolicy.publicOnly().allowing("127.0.0.0/8"), 64));
        discovery =
                Discovery.open(
                        settings,
                        database,
                        outbound,
                        paidUse,
                        Optional.empty(),
                        Optional.empty(),
                        platform,
                        clock);
        server =
                more.apply(RobutlerServer.builder().port(0))
                        .agents(directory())
                        .mount("/api", discovery.api())
                        .mountAgents(discovery.proofs())
                        .build()
                        .start();
        discovery.list(() -> List.copyOf(agents), server::url);
    }

    private AgentDirectory directory() {
        return new AgentDirectory() {
            @Override
            public Optional<Agent> find(String name) {
                return agents.stream().filter(agent -> agent.name().equals(name)).findFirst();
            }

            @Override
            public Collection<Agent> all() {
                return agents;
            }
        };
    }

    /** {@code Bearer alice} is Alice, {@code Bearer root} an administrator. */
    private static Caller caller(Optional<String> header) {
        return switch (header.orElse("")) {
            case "" -> Caller.anonymous();
            case "Bearer alice" -> Caller.user("alice");
            case "Bearer bob" -> Caller.user("bob", "friends");
            case "Bearer root" -> Caller.user("root", "admin");
            default -> throw new AuthenticationException("invalid_key", "No.");
        };
    }

    Node serve(Agent... served) {
        agents.clear();
        agents.addAll(List.of(served));
        return keepUp();
    }

    Node keepUp() {
        discovery.keepUp();
        discovery.refresh();
        return this;
    }

    static Agent agent(String name, String owner, Scope scope, String description, String... says) {
        return Agent.builder(name)
                .model("test/none", new NoModel())
                .owner(owner)
                .scope(scope)
                .description(description)
                .intents(List.of(says))
                .build();
    }

    static Agent agent(String name, String description, String... intents) {
        return agent(name, "", Scope.ALL, description, intents);
    }

    List<Found> search(String intent, Caller caller) {
        return discovery.registry().search(Query.of(intent, 10), caller);
    }

    List<String> names(String intent) {
        return search(intent, Caller.anonymous()).stream().map(Found::agent).toList();
    }

    /** What the API answers; the status stands in {@code status}. */
    record Answer(int status, JsonNode body) {}

    Answer post(String path, String user, String json) {
        return send("POST", path, user, json);
    }

    Answer get(String path, String user) {
        return send("GET", path, user, "");
    }

    Answer send(String method, String path, String user, String json) {
        return send(method, path, user.isEmpty() ? Map.of() : bearer(user), json);
    }

    static Map<String, String> bearer(String secret) {
        return Map.of("Authorization", "Bearer " + secret);
    }

    Answer send(String method, String path, Map<String, String> headers, String json) {
        var request =
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .timeout(Duration.ofSeconds(30))
                        .method(
                                method,
                                json.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(json));
        if (!json.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        headers.forEach(request::header);
        try {
            HttpResponse<String> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), Json.parse(response.body()));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static ObjectNode json(String json) {
        return Json.parseObject(json);
    }

    /** It ends as a machine does that breaks down: without a word. */
    void crash() {
        server.close();
        outbound.close();
    }

    @Override
    public void close() {
        server.close();
        discovery.close();
        outbound.close();
        client.close();
    }

    private static final class NoModel implements Completer {
        @Override
        public ChatCompletion complete(ChatRequest request, Deadline deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ChatStream stream(ChatRequest request, Deadline deadline) {
            throw new UnsupportedOperationException();
        }
    }
}
