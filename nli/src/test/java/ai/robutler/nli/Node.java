package ai.robutler.nli;

import ai.robutler.core.Agent;
import ai.robutler.core.AgentBuilder;
import ai.robutler.core.AssertionSigner;
import ai.robutler.core.Caller;
import ai.robutler.core.Directory;
import ai.robutler.core.DirectoryEntry;
import ai.robutler.core.Json;
import ai.robutler.core.Settings;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundSettings;
import ai.robutler.server.Authenticator;
import ai.robutler.server.RobutlerServer;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** A server whose agents call others. */
final class Node implements Here, AutoCloseable {
    final Map<String, Agent> agents = new TreeMap<>();
    final Map<String, DirectoryEntry> listed = new ConcurrentHashMap<>();
    final Nli nli;
    final HttpClient client = HttpClient.newHttpClient();
    private final OutboundClient outbound;
    private Optional<RobutlerServer> server = Optional.empty();
    private Authenticator authenticator = _ -> Caller.anonymous();
    private Optional<Object> agentEndpoints = Optional.empty();

    /** An entry of the directory, which these tests make up. */
    private final class Listed implements Directory {
        @Override
        public Optional<DirectoryEntry> find(String owner, String name) {
            return Optional.ofNullable(listed.get(owner + "." + name));
        }

        @Override
        public List<DirectoryEntry> search(String intent, int top, Caller caller) {
            return List.copyOf(listed.values());
        }
    }

    Node(String settings) {
        this(settings, "{\"allow\": [\"127.0.0.1\"]}", (_, _, _, _, _) -> "signed");
    }

    /**
     * @param settings the section {@code nli}, as JSON
     * @param outbound the section {@code outbound}, as JSON
     */
    Node(String settings, String outbound, AssertionSigner signer) {
        this.outbound = OutboundClient.open(OutboundSettings.read(read(outbound)));
        this.nli =
                new Nli(
                        NliSettings.read(read(settings)),
                        this.outbound,
                        this,
                        new Listed(),
                        signer);
    }

    static Settings read(String json) {
        return Settings.of(Json.parseObject(json), _ -> "");
    }

    Node authenticator(Authenticator authenticator) {
        this.authenticator = authenticator;
        return this;
    }

    Node agentEndpoints(Object endpoints) {
        this.agentEndpoints = Optional.of(endpoints);
        return this;
    }

    /** An agent with the skill {@code nli}. */
    Node caller(String name, Model model) {
        return caller(name, "{}", model, agent -> agent);
    }

    Node caller(String name, String skill, Model model, UnaryOperator<AgentBuilder> more) {
        return agent(name, model, agent -> more.apply(agent.skill("nli", nli.skill(read(skill)))));
    }

    Node agent(String name, Model model) {
        return agent(name, model, agent -> agent);
    }

    Node agent(String name, Model model, UnaryOperator<AgentBuilder> more) {
        Agent agent = more.apply(Agent.builder(name).model("test/model", model)).build();
        agents.put(name, agent);
        return this;
    }

    Node list(String owner, String name, String url) {
        listed.put(
                owner + "." + name,
                new DirectoryEntry(name, owner, url, "", OptionalLong.empty(), false));
        return this;
    }

    Node start() {
        var builder = RobutlerServer.builder().port(0).authenticator(authenticator);
        agents.values().forEach(builder::agent);
        agentEndpoints.ifPresent(builder::mountAgents);
        server = Optional.of(builder.build().start());
        return this;
    }

    @Override
    public String url() {
        return server.map(RobutlerServer::url).orElse("");
    }

    @Override
    public String publicUrl() {
        return url();
    }

    @Override
    public Optional<Agent> find(String name) {
        return Optional.ofNullable(agents.get(name));
    }

    @Override
    public List<String> names() {
        return List.copyOf(agents.keySet());
    }

    HttpRequest.Builder request(String agent, boolean stream) {
        return HttpRequest.newBuilder(URI.create(url() + "/" + agent + "/chat/completions"))
                .header("Content-Type", "application/json")
                .POST(
                        HttpRequest.BodyPublishers.ofString(
                                "{\"stream\": %s, \"messages\": [{\"role\": \"user\", \"content\": \"Go.\"}]}"
                                        .formatted(stream)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** What an agent answers to "Go.". */
    String ask(String agent) throws Exception {
        HttpResponse<String> answer = send(request(agent, false));
        return answer.statusCode() == 200
                ? Json.parse(answer.body())
                        .path("choices")
                        .path(0)
                        .path("message")
                        .path("content")
                        .asString("")
                : answer.statusCode() + " " + answer.body();
    }

    @Override
    public void close() {
        server.ifPresent(RobutlerServer::close);
        outbound.close();
        client.close();
    }
}
