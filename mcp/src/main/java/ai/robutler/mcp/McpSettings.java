package ai.robutler.mcp;

import ai.robutler.core.Settings;

import java.util.List;
import java.util.Map;

/** The section {@code mcp} of the configuration: servers that agents share by name. */
public final class McpSettings {
    private final Map<String, ClientSettings> servers;

    private McpSettings(Map<String, ClientSettings> servers) {
        this.servers = Map.copyOf(servers);
    }

    /** No servers. */
    public static McpSettings none() {
        return new McpSettings(Map.of());
    }

    /** Reads {@code servers}. What is wrong is noted as a problem, and the server left out. */
    public static McpSettings read(Settings settings) {
        return new McpSettings(ClientSettings.readAll(settings.section("servers")));
    }

    Map<String, ClientSettings> servers() {
        return servers;
    }

    /** The names of the servers. */
    public List<String> names() {
        return servers.keySet().stream().sorted().toList();
    }
}
