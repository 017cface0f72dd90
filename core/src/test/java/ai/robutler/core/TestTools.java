package ai.robutler.core;

import java.time.Duration;

/** Tools for tests. */
final class TestTools {
    private TestTools() {}

    static AgentTool tool(String name, AgentTool.Function function) {
        return new AgentTool(
                ToolDefinition.function(name, "A tool.", Json.object().put("type", "object")),
                Scope.ALL,
                Duration.ofSeconds(5),
                function);
    }
}
