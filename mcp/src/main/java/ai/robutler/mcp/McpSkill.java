package ai.robutler.mcp;

import ai.robutler.core.Agent;
import ai.robutler.core.AgentTool;
import ai.robutler.core.SkillLifecycle;
import ai.robutler.core.ToolSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** The tools, resources and prompts of MCP servers, as tools of an agent. Thread-safe. */
final class McpSkill implements ToolSource, SkillLifecycle, ConfiguredServers {
    private static final Logger LOG = LoggerFactory.getLogger(McpSkill.class);

    /**
     * A server as one agent uses it.
     *
     * @param own whether no other agent does
     */
    record Use(ClientServer server, ClientFilter filter, boolean own) {}

    private final McpServers servers;
    private final List<Use> uses;

    McpSkill(McpServers servers, List<Use> uses) {
        this.servers = servers;
        this.uses = List.copyOf(uses);
    }

    @Override
    public void start(Agent agent) {
        uses.forEach(use -> servers.start(use.server()));
    }

    @Override
    public List<ConfiguredServers.Server> servers() {
        return uses.stream()
                .map(use -> ConfiguredServers.Server.of(use.server().settings()))
                .toList();
    }

    @Override
    public List<AgentTool> tools() {
        var tools = new ArrayList<AgentTool>();
        var names = new HashSet<String>();
        for (Use use : uses) {
            Optional<ClientOffer> offer = use.server().offer();
            if (offer.isPresent()) {
                for (AgentTool tool : ClientTools.of(use.server(), use.filter(), offer.get())) {
                    if (names.add(tool.name())) {
                        tools.add(tool);
                    } else {
                        LOG.debug(
                                "two MCP servers have a tool {}: the first's is used", tool.name());
                    }
                }
            }
        }
        return tools;
    }

    @Override
    public void close() {
        servers.close(uses.stream().filter(Use::own).map(Use::server).toList());
    }
}
