package ai.robutler.mcp;

import ai.robutler.core.Offering;

import java.util.List;

/** Which MCP servers an agent has, as its file and the configuration say; none is asked. */
public interface ConfiguredServers extends Offering {
    /** By name. */
    List<Server> servers();

    /**
     * A server.
     *
     * @param name stands before the names of its tools
     * @param transport {@code stdio}, {@code http} or {@code sse}
     * @param where its program, or its URL, without what may be secret
     */
    record Server(String name, String transport, String where) {
        static Server of(ClientSettings settings) {
            String transport =
                    switch (settings.endpoint()) {
                        case ClientEndpoint.Command _ -> "stdio";
                        case ClientEndpoint.Url url ->
                                url.http() == ClientEndpoint.Http.SSE ? "sse" : "http";
                    };
            return new Server(settings.name(), transport, settings.endpoint().toString());
        }
    }
}
