package ai.robutler.core;

import java.time.Duration;

/**
 * A tool that runs here.
 *
 * @param definition what the model is told
 * @param scope who may see it and have it called
 * @param timeout how long one call may take
 * @param function what a call does
 */
public record AgentTool(
        ToolDefinition definition, Scope scope, Duration timeout, Function function) {
    public AgentTool {
        Names.requireTool(definition.name());
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("the time-out of a tool must be positive");
        }
    }

    public String name() {
        return definition.name();
    }

    /** What a call does; called on a virtual thread, within the run's context. */
    @FunctionalInterface
    public interface Function {

        /**
         * @param arguments the arguments as the model wrote them: JSON text if it made no mistake
         * @throws Exception whose message goes to the model as the call's error
         */
        ToolResult call(String arguments, RunContext context) throws Exception;
    }
}
