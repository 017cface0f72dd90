package ai.robutler.mcp;

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

    /**
     * @param shared what is configured for all agents
     * @param servers empty where settings are only checked
     */
    public McpSkillFactory(McpSettings shared, Optional<McpServers> servers) {
        this.shared = shared;
        this.servers = servers;
    }

    @Override
    public String name() {
        return "mcp";
    }

    @Override
    public Object create(Settings settings) {
        Map<String, ClientSettings> own = ClientSettings.readAll(settings.section("servers"));
        var uses = new ArrayList<McpSkill.Use>();
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
            if (!shared.servers().containsKey(name)) {
                item.problem("name", unknown(name));
            } else if (own.containsKey(name)) {
                item.problem("name", "is a server of the agent's own already: " + name);
            } else {
                servers.flatMap(running -> running.shared(name))
                        .ifPresent(server -> uses.add(new McpSkill.Use(server, filter, false)));
            }
        }
        if (settings.value("servers").isMissingNode() && settings.value("shared").isMissingNode()) {
            settings.problem(
                    "servers",
                    "is missing: name servers here, or those of the configuration as shared");
        }
        return servers.<Object>map(running -> new McpSkill(running, uses)).orElseGet(Nothing::new);
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
    private static final class Nothing implements ToolSource {
        @Override
        public List<ai.robutler.core.AgentTool> tools() {
            return List.of();
        }
    }
}
