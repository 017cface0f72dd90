package ai.robutler.memory;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.AgentBuilder;
import ai.robutler.core.Caller;
import ai.robutler.core.ChatMessage;
import ai.robutler.core.Completer;
import ai.robutler.core.Credential;
import ai.robutler.core.Embedder;
import ai.robutler.core.Json;
import ai.robutler.core.ModelName;
import ai.robutler.core.Providers;
import ai.robutler.core.Settings;
import ai.robutler.server.RequestHead;
import ai.robutler.server.RobutlerServer;
import ai.robutler.store.Database;
import ai.robutler.store.StoredContinuations;
import ai.robutler.testkit.ReceivedRequest;
import ai.robutler.testkit.ScriptedProvider;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * The whole height over real sockets: clients, servers with agents that remember, one database, a
 * scripted provider. Who calls says so in a header.
 */
final class MemoryStack implements AutoCloseable {
    static final String USER = "X-Test-User";
    static final String VIA = "X-Test-Via";

    final ScriptedProvider provider = ScriptedProvider.start();
    final HttpClient client = HttpClient.newHttpClient();
    final Providers providers;
    private Optional<Embedder> meaning = Optional.empty();
    private final List<Runnable> opened = new ArrayList<>();

    MemoryStack() {
        ObjectNode openai = Json.object().put("base-url", provider.baseUrl());
        openai.put("attempts", 1).put("api-key", "sk-test");
        ObjectNode all = Json.object();
        all.set("openai", openai);
        providers = Providers.configure(Settings.of(all, _ -> ""));
    }

    /** Nodes that are made from now on search by meaning too. */
    void searchByMeaning() {
        meaning = Optional.of(providers.embedder(ModelName.parse("openai/embed")));
    }

    /** A server on a database. */
    record Node(RobutlerServer server, Memory memory) {
        String url() {
            return server.url();
        }
    }

    /** One with an agent, {@code helper}, that has these skills, as JSON. */
    Node node(Database database, String skills) throws IOException {
        return node(
                database, SessionBounds.standard(), InstantSource.system(), skills, agent -> agent);
    }

    Node node(
            Database database,
            SessionBounds bounds,
            InstantSource clock,
            String skills,
            UnaryOperator<AgentBuilder> more)
            throws IOException {
        database.migrate("store");
        Path indexes = Files.createTempDirectory("memory-index");
        var memory = new Memory(database, indexes, meaning, this::model, bounds, clock);
        AgentBuilder builder =
                Agent.builder("helper")
                        .model("openai/scripted")
                        .providers(providers)
                        .continuations(new StoredContinuations(database));
        Json.parseObject(skills)
                .properties()
                .forEach(
                        skill ->
                                builder.skill(
                                        skill.getKey(),
                                        skill(memory, skill.getKey(), skill.getValue())));
        RobutlerServer server =
                RobutlerServer.builder()
                        .port(0)
                        .authenticator(MemoryStack::caller)
                        .agent(more.apply(builder).build())
                        .build()
                        .start();
        opened.add(memory::close);
        opened.add(server::close);
        return new Node(server, memory);
    }

    private Optional<Completer> model(String name) {
        return Optional.of(providers.model(ModelName.parse(name)));
    }

    static Object skill(Memory memory, String name, JsonNode settings) {
        Settings read = Settings.of((ObjectNode) settings, _ -> "");
        Object skill =
                Memory.skills(Optional.of(memory)).stream()
                        .filter(factory -> factory.name().equals(name))
                        .findFirst()
                        .orElseThrow()
                        .create(read);
        assertThat(read.problems()).isEmpty();
        return skill;
    }

    private static Caller caller(RequestHead head) {
        List<String> users = head.headers(USER);
        if (users.isEmpty()) {
            return Caller.anonymous();
        }
        String via = head.headers(VIA).stream().findFirst().orElse("");
        return new Caller.User(
                users.getFirst(), Set.of(), new Credential("test", via, Set.of(), List.of()));
    }

    static ObjectNode chat(List<ChatMessage> messages) {
        ObjectNode body = Json.object();
        body.set("messages", Json.array(messages.stream().map(ChatMessage::json).toList()));
        return body;
    }

    static Map<String, String> in(String session, String user) {
        return user.isEmpty()
                ? Map.of(SessionName.HEADER, session)
                : Map.of(SessionName.HEADER, session, USER, user);
    }

    HttpRequest request(Node node, ObjectNode body, Map<String, String> headers) {
        var request =
                HttpRequest.newBuilder(URI.create(node.url() + "/helper/chat/completions"))
                        .header("Content-Type", "application/json")
                        .timeout(Duration.ofSeconds(60))
                        .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)));
        headers.forEach(request::header);
        return request.build();
    }

    HttpResponse<String> post(Node node, ObjectNode body, Map<String, String> headers) {
        return send(request(node, body, headers));
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    HttpResponse<String> ask(Node node, Map<String, String> headers, ChatMessage... messages) {
        return post(node, chat(List.of(messages)), headers);
    }

    /** The text of the answer to a question in a session. */
    String say(Node node, String session, String user, String question) {
        HttpResponse<String> answer = ask(node, in(session, user), ChatMessage.user(question));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.parse(answer.body()).at("/choices/0/message/content").asString();
    }

    HttpResponse<String> call(Node node, String method, String path, String user) {
        var request =
                HttpRequest.newBuilder(URI.create(node.url() + "/helper" + path))
                        .timeout(Duration.ofSeconds(30))
                        .method(method, HttpRequest.BodyPublishers.noBody());
        if (!user.isEmpty()) {
            request.header(USER, user);
        }
        return send(request.build());
    }

    static String code(HttpResponse<String> answer) {
        return answer.statusCode() + " " + Json.parse(answer.body()).at("/error/code").asString("");
    }

    /** What the model was last sent, as "role: text". */
    List<String> lastSeen() {
        return seen(lastAsked());
    }

    /** What a model was asked last: an index may have texts embedded at any moment after it. */
    ReceivedRequest lastAsked() {
        return provider.requests().stream()
                .filter(request -> request.path().endsWith("/chat/completions"))
                .reduce((_, later) -> later)
                .orElseThrow();
    }

    static List<String> seen(ReceivedRequest request) {
        var seen = new ArrayList<String>();
        for (JsonNode message : request.json().path("messages")) {
            var read = new ChatMessage((ObjectNode) message);
            String calls =
                    read.toolCalls().isEmpty()
                            ? ""
                            : " " + read.toolCalls().stream().map(call -> call.name()).toList();
            seen.add(read.role() + ": " + read.text() + calls);
        }
        return seen;
    }

    static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("what was waited for did not come").isLessThan(until);
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Override
    public void close() {
        opened.reversed().forEach(Runnable::run);
        providers.close();
        client.close();
        provider.close();
    }
}
