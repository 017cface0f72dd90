package ai.robutler.mcp;

import ai.robutler.core.Agent;
import ai.robutler.core.AgentBuilder;
import ai.robutler.core.Json;
import ai.robutler.core.ModelName;
import ai.robutler.core.Providers;
import ai.robutler.core.Scope;
import ai.robutler.core.Settings;
import ai.robutler.identity.AuthSettings;
import ai.robutler.identity.Identity;
import ai.robutler.identity.NewApiKey;
import ai.robutler.outbound.AddressPolicy;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundSettings;
import ai.robutler.server.RobutlerServer;
import ai.robutler.server.ServerBuilder;
import ai.robutler.store.Database;
import ai.robutler.testkit.ScriptedProvider;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The whole height over real sockets: a server, or several, with agents as MCP servers on one
 * database; callers by real keys; a scripted provider.
 */
final class ServedStack implements AutoCloseable {
    final ScriptedProvider provider = ScriptedProvider.start();
    final Providers providers;
    final Identity identity;
    final Database database;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    ServedStack(Database database) {
        this.database = database;
        try {
            Path folder = Files.createTempDirectory("robutler-mcp");
            OutboundClient outbound =
                    opened(
                            OutboundClient.open(
                                    new OutboundSettings(AddressPolicy.publicOnly(), 16)));
            AuthSettings auth = AuthSettings.read(Settings.empty(), "robutler");
            identity =
                    opened(Identity.open(auth, database, folder, outbound, InstantSource.system()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        ObjectNode openai = Json.object().put("base-url", provider.baseUrl());
        openai.put("attempts", 1).put("api-key", "sk-secret-of-the-operator");
        ObjectNode all = Json.object();
        all.set("openai", openai);
        providers = Providers.configure(Settings.of(all, _ -> ""));
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    Agent agent(String name, UnaryOperator<AgentBuilder> more) {
        return more.apply(
                        Agent.builder(name)
                                .description("Helps.")
                                .instructions("You help.")
                                .model("openai/m", providers.model(ModelName.parse("openai/m"))))
                .build();
    }

    /** A node with these agents. */
    RobutlerServer serve(Agent... agents) {
        return serve(McpApiSettings.standard(), _ -> {}, agents);
    }

    RobutlerServer serve(McpApiSettings settings, Consumer<ServerBuilder> more, Agent... agents) {
        McpApi api =
                opened(
                        McpApi.open(
                                settings,
                                database,
                                identity.signer(),
                                InstantSource.system(),
                                "1.0"));
        ServerBuilder builder =
                RobutlerServer.builder()
                        .port(0)
                        .drainTimeout(Duration.ofSeconds(5))
                        .authenticator(head -> identity.authenticate(head::headers))
                        .onDrain(api::drain)
                        .mountAgents(api);
        List.of(agents).forEach(builder::agent);
        more.accept(builder);
        return opened(builder.build().start());
    }

    static McpApiSettings settings(String json) {
        return McpApiSettings.read(
                Settings.of(Json.parseObject(json.replace('\'', '"')), _ -> ""), "", Scope.ALL);
    }

    /** A key of this user's. */
    String key(String user, String... scopes) {
        return identity.apiKeys().create(NewApiKey.of(user).withScopes(scopes)).secret();
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        providers.close();
        provider.close();
    }
}
