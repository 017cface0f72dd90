package ai.robutler.core;

import java.time.Duration;

/**
 * A tool that runs here.
 *
 * @param definition what the model is told
 * @param scope who may see it and have it called
 * @param timeout how long one call may take
 * @param price what a call costs where the agent is paid for
 * @param function what a call does
 */
public record AgentTool(
        ToolDefinition definition,
        Scope scope,
        Duration timeout,
        ToolPrice price,
        Function function) {
    public AgentTool {
        Names.requireTool(definition.name());
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("the time-out of a tool must be positive");
        }
    }

    /** A tool that costs nothing. */
    public AgentTool(ToolDefinition definition, Scope scope, Duration timeout, Function function) {
        this(definition, scope, timeout, ToolPrice.FREE, function);
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
