package ai.robutler.mcp;

import ai.robutler.core.RunContext;

import java.util.Optional;

/**
 * One HTTP request to an agent's MCP endpoint.
 *
 * @param context of the agent, for the caller
 * @param body as it came
 */
record ServedHttp(RunContext context, byte[] body) {
    static final String SESSION = "Mcp-Session-Id";
    static final String VERSION = "MCP-Protocol-Version";

    Optional<String> header(String name) {
        return context.header(name);
    }

    Optional<String> session() {
        return header(SESSION);
    }
}
