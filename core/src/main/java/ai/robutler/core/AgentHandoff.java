package ai.robutler.core;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Another way to complete a conversation, offered to the model as the tool {@code use_NAME}.
 *
 * @param name the name after {@code use_}
 * @param description when to hand over, for the model
 * @param scope whose runs may be handed over
 */
record AgentHandoff(String name, String description, Scope scope, Target target) {
    AgentHandoff {
        Names.requireTool(toolName(name));
    }

    /** Who goes on with the conversation. */
    sealed interface Target {

        /** A completer that takes the model's place in this agent's run. */
        record Local(Completer completer) implements Target {}

        /**
         * An agent that runs elsewhere.
         *
         * @param agent makes one for each handover, within the run that hands over
         */
        record Remote(Supplier<OtherAgent> agent) implements Target {}

        /** Another agent, which runs with its own instructions, tools and hooks. */
        record Other(Supplier<Optional<Agent>> agent) implements Target {}
    }

    String toolName() {
        return toolName(name);
    }

    private static String toolName(String name) {
        return "use_" + name.replace('.', '_');
    }

    ToolDefinition definition() {
        var parameters = Json.object().put("type", "object");
        parameters.set("properties", Json.object());
        parameters.put("additionalProperties", false);
        return ToolDefinition.function(toolName(), description, parameters);
    }

    /** Whether the caller may be handed over, by this handoff's scope and the other agent's own. */
    boolean admits(Caller caller, String owner) {
        return scope.admits(caller, owner)
                && switch (target) {
                    case Target.Local _, Target.Remote _ -> true;
                    case Target.Other other ->
                            other.agent().get().filter(agent -> agent.admits(caller)).isPresent();
                };
    }

    /** Whether the conversation has been at the other agent already: nobody hands it round. */
    boolean leadsBack(Invocation invocation, Agent from) {
        return target instanceof Target.Other
                && (name.equals(from.name()) || invocation.chain().contains(name));
    }
}
