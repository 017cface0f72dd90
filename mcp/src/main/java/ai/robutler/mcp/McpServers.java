package ai.robutler.mcp;

import ai.robutler.outbound.OutboundClient;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The MCP servers that agents use: those of the configuration, which agents share by name, and
 * those of single agents. Shared ones are started when the first agent that uses them is, and live
 * until this is closed. Thread-safe.
 */
public final class McpServers implements AutoCloseable {
    private final OutboundClient outbound;
    private final Map<String, ClientServer> shared = new TreeMap<>();
    private final Set<ClientServer> started = ConcurrentHashMap.newKeySet();

    /**
     * How a server is.
     *
     * @param words for the operator, without secrets
     */
    public record Health(String server, boolean up, String words) {}

    /**
     * @param outbound goes to servers at URLs
     */
    public McpServers(McpSettings settings, OutboundClient outbound) {
        this.outbound = outbound;
        settings.servers().forEach((name, server) -> shared.put(name, of(server)));
    }

    private ClientServer of(ClientSettings settings) {
        return settings.endpoint() instanceof ClientEndpoint.Url url
                        && settings.endpoint().isPerUser()
                ? new ClientPerUser(settings, url, outbound)
                : new ClientShared(settings, outbound);
    }

    /** A server that agents share. */
    Optional<ClientServer> shared(String name) {
        return Optional.ofNullable(shared.get(name));
    }

    /** A server of one agent's own. */
    ClientServer own(ClientSettings settings) {
        return of(settings);
    }

    void start(ClientServer server) {
        started.add(server);
        server.start();
    }

    /** Those of an agent that serves no more, at once. */
    void close(List<ClientServer> servers) {
        servers.forEach(started::remove);
        var threads =
                servers.stream()
                        .map(
                                server ->
                                        Thread.ofVirtual()
                                                .name("mcp-close-" + server.settings().name())
                                                .start(server::close))
                        .toList();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of all that are in use, by name. */
    public List<Health> health() {
        return started.stream()
                .map(ClientServer::health)
                .sorted(java.util.Comparator.comparing(Health::server))
                .toList();
    }

    @Override
    public void close() {
        close(List.copyOf(started));
    }
}
