package ai.robutler.app;

import ai.robutler.mcp.McpServers;
import ai.robutler.server.Health;
import ai.robutler.server.HealthComponent;

/** Tells which MCP servers are there, and why others are not. */
record McpHealth(McpServers servers) implements HealthComponent {
    @Override
    public String name() {
        return "mcp";
    }

    @Override
    public Health check() {
        var all = servers.health();
        String words =
                String.join(
                        "; ",
                        all.stream()
                                .map(
                                        each ->
                                                each.server()
                                                        + (each.up() ? ": " : " is away: ")
                                                        + each.words())
                                .toList());
        return all.stream().allMatch(McpServers.Health::up)
                ? new Health(Health.Status.UP, words)
                : Health.degraded(words);
    }
}
