package ai.robutler.mcp;

import ai.robutler.core.AgentTool;
import ai.robutler.core.Scope;
import ai.robutler.core.Settings;
import ai.robutler.core.SkillFactory;
import ai.robutler.core.Spelling;
import ai.robutler.core.ToolSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the skill {@code mcp}: servers of the agent's own, and those that the configuration has.
 */
public final class McpSkillFactory implements SkillFactory {
    private final McpSettings shared;
    private final Optional<McpServers> servers;
    private final boolean isOperators;

    /**
     * @param shared what is configured for all agents
     * @param servers empty where settings are only checked
     */
    public McpSkillFactory(McpSettings shared, Optional<McpServers> servers) {
        this(shared, servers, true);
    }

    private McpSkillFactory(McpSettings shared, Optional<McpServers> servers, boolean isOperators) {
        this.shared = shared;
        this.servers = servers;
        this.isOperators = isOperators;
    }

    /**
     * The same for agents that others than the operator describe, such as those that a resolver
     * finds: they start no program here. Servers that the configuration shares are open to them.
     */
    public McpSkillFactory forStrangers() {
        return new McpSkillFactory(shared, servers, false);
    }

    @Override
    public String name() {
        return "mcp";
    }

    @Override
    public Object create(Settings settings) {
        Settings section = settings.section("servers");
        Map<String, ClientSettings> own = ClientSettings.readAll(section);
        if (!isOperators) {
            refuseCommands(own, section);
        }
        var uses = new ArrayList<McpSkill.Use>();
        var all = new ArrayList<>(own.values());
        own.forEach(
                (name, server) ->
                        servers.ifPresent(
                                running ->
                                        uses.add(
                                                new McpSkill.Use(
                                                        running.own(server),
                                                        ClientFilter.ALL,
                                                        true))));
        for (Settings item : settings.items("shared", "name")) {
            String name = item.text("name", "");
            ClientFilter filter = ClientFilter.read(item);
            ClientSettings known = shared.servers().get(name);
            if (known == null) {
                item.problem("name", unknown(name));
            } else if (own.containsKey(name)) {
                item.problem("name", "is a server of the agent's own already: " + name);
            } else {
                checkScopes(known.filter().scope(), filter.scope(), item);
                all.add(known);
                servers.flatMap(running -> running.shared(name))
                        .ifPresent(server -> uses.add(new McpSkill.Use(server, filter, false)));
            }
        }
        if (settings.value("servers").isMissingNode() && settings.value("shared").isMissingNode()) {
            settings.problem(
                    "servers",
                    "is missing: name servers here, or those of the configuration as shared");
        }
        return servers.<Object>map(running -> new McpSkill(running, uses))
                .orElseGet(
                        () -> new Looked(all.stream().map(ConfiguredServers.Server::of).toList()));
    }

    private static void refuseCommands(Map<String, ClientSettings> own, Settings section) {
        own.forEach(
                (name, server) -> {
                    if (server.endpoint() instanceof ClientEndpoint.Command) {
                        section.problem(
                                name,
                                "has a command: those are run for agents of the operator alone");
                    }
                });
        own.values().removeIf(server -> server.endpoint() instanceof ClientEndpoint.Command);
    }

    /** An agent may ask for more than the configuration does, never for something else. */
    private static void checkScopes(Scope configured, Scope own, Settings item) {
        if (ClientFilter.both(configured, own).isEmpty()) {
            item.problem(
                    "scope",
                    "cannot be '"
                            + own.name()
                            + "': the configuration keeps the server for '"
                            + configured.name()
                            + "'");
        }
    }

    private String unknown(String name) {
        List<String> known = shared.names();
        return "names no server of mcp.servers in the configuration: '"
                + name
                + "'"
                + Spelling.nearest(name, known)
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElse("")
                + (known.isEmpty()
                        ? " (there are none)"
                        : " (known: " + String.join(", ", known) + ")");
    }

    /** Stands for the skill where agents are only looked at. */
    private record Looked(List<ConfiguredServers.Server> servers)
            implements ToolSource, ConfiguredServers {
        @Override
        public List<AgentTool> tools() {
            return List.of();
        }
    }
}
