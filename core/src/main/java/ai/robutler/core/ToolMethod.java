package ai.robutler.core;

import java.time.Duration;

/** Makes a tool of a method with {@link Tool}. */
final class ToolMethod {
    private ToolMethod() {}

    static AgentTool read(Tool tool, SkillMethod method) {
        if (tool.description().isBlank()) {
            throw new IllegalArgumentException(
                    "its description is empty; say what it does and when to use it");
        }
        var arguments = new Arguments(method.slots());
        var timeout = Duration.ofSeconds(tool.timeoutSeconds());
        return new AgentTool(
                ToolDefinition.function(
                        method.nameOr(tool.name()), tool.description(), arguments.schema()),
                new Scope(tool.scope()),
                timeout,
                method.price(),
                (json, context) ->
                        Results.ofTool(method.call(arguments.bind(json), context), timeout));
    }
}
