package ai.robutler.mcp;

import ai.robutler.core.Agent;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.Deadline;
import ai.robutler.core.Invocation;
import ai.robutler.core.Json;
import ai.robutler.core.Providers;
import ai.robutler.core.Settings;
import ai.robutler.core.ToolDefinition;
import ai.robutler.outbound.AddressPolicy;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundSettings;
import ai.robutler.testkit.Call;
import ai.robutler.testkit.ReceivedRequest;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * An agent with the skill {@code mcp}, and a model that calls the tool which the question names and
 * answers with its result.
 */
final class ClientStack implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    final ScriptedProvider provider = ScriptedProvider.start();
    final OutboundClient outbound =
            OutboundClient.open(
                    new OutboundSettings(
                            AddressPolicy.publicOnly().allowing("127.0.0.1", "localhost"), 256));
    final McpServers servers;
    final Agent agent;
    private final Providers providers;

    /**
     * @param settings of the skill, as JSON
     */
    ClientStack(String settings) {
        this("{}", settings);
    }

    /**
     * @param shared the section {@code mcp} of the configuration, as JSON
     */
    ClientStack(String shared, String settings) {
        this(shared, settings, "openai/gpt-4o");
    }

    ClientStack(String shared, String settings, String model) {
        ObjectNode openai = Json.object().put("base-url", provider.baseUrl());
        openai.put("attempts", 1).put("api-key", "sk-secret");
        ObjectNode configured = Json.object();
        configured.set("openai", openai);
        providers = Providers.configure(Settings.of(configured, _ -> ""));
        provider.always(ClientStack::reply);
        McpSettings common = McpSettings.read(settings(shared));
        servers = new McpServers(common, outbound);
        Settings own = settings(settings);
        Object skill = new McpSkillFactory(common, java.util.Optional.of(servers)).create(own);
        if (!own.problems().isEmpty()) {
            throw new IllegalArgumentException(own.problems().toString());
        }
        agent =
                Agent.builder("helper")
                        .model(model)
                        .providers(providers)
                        .skill("mcp", skill)
                        .build();
        agent.start();
    }

    static Settings settings(String json) {
        return Settings.of(Json.parseObject(json), _ -> "");
    }

    /** The settings of a server {@code s} that runs a mode of {@link StdioScript}. */
    static String script(String mode, Path folder, String more) {
        ObjectNode server = Json.parseObject("{" + more + "}");
        server.set(
                "command",
                Json.array()
                        .add(ProcessHandle.current().info().command().orElse("java"))
                        .add("-XX:TieredStopAtLevel=1")
                        .add("-XX:+UseSerialGC")
                        .add("-Xmx256m")
                        .add("-cp")
                        .add("target/test-classes")
                        .add("ai.robutler.mcp.StdioScript")
                        .add(mode)
                        .add(folder.toString()));
        ObjectNode servers = Json.object();
        servers.set("s", server);
        ObjectNode all = Json.object();
        all.set("servers", servers);
        return Json.write(all);
    }

    /**
     * Calls the tool that the question names with the arguments behind it; then tells its result.
     */
    static Reply reply(ReceivedRequest request) {
        JsonNode messages = request.json().path("messages");
        JsonNode last = messages.get(messages.size() - 1);
        if (last.path("role").asString("").equals("tool")) {
            return Reply.text("RESULT " + last.path("content").asString(""));
        }
        if (last.path("content").isArray()) {
            return Reply.text("PARTS " + last.path("content").toString());
        }
        String[] words = last.path("content").asString("").split(" ", 2);
        return Reply.calls(Call.of(words[0], words.length > 1 ? words[1] : "{}"));
    }

    /** What the tool gave to the model. */
    String call(String toolAndArguments) {
        return agent.run(toolAndArguments).text();
    }

    String call(Invocation invocation) {
        return agent.run(invocation).text();
    }

    static Invocation invocation(String toolAndArguments) {
        return Invocation.of(ChatRequest.of(toolAndArguments));
    }

    List<String> tools() {
        return agent.tools(ai.robutler.core.Caller.anonymous()).stream()
                .map(ToolDefinition::name)
                .toList();
    }

    void awaitTool(String name) {
        until(() -> tools().contains(name));
    }

    void awaitNoTools() {
        until(() -> tools().isEmpty());
    }

    static void until(BooleanSupplier condition) {
        Deadline deadline = Deadline.after(LONGEST);
        while (!condition.getAsBoolean()) {
            if (deadline.hasPassed()) {
                throw new AssertionError("not within " + LONGEST);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Override
    public void close() {
        agent.close();
        servers.close();
        outbound.close();
        providers.close();
        provider.close();
    }
}
