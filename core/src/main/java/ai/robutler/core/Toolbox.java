package ai.robutler.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tools of one run: the agent's that its caller may use, its handoffs, and the request's own.
 */
final class Toolbox {
    private final Map<String, AgentTool> tools = new LinkedHashMap<>();
    private final Map<String, AgentHandoff> handoffs = new LinkedHashMap<>();
    private final Set<String> requested = new HashSet<>();
    private final List<ToolDefinition> definitions = new ArrayList<>();

    /**
     * @throws InvalidRequestException if a tool of the request has the name of one of the agent's
     */
    Toolbox(Agent agent, Invocation invocation, ChatRequest request) {
        Caller caller = invocation.caller();
        List<AgentTool> all = agent.skills().allTools();
        for (AgentTool tool : all) {
            if (tool.scope().admits(caller, agent.owner())) {
                tools.put(tool.name(), tool);
                definitions.add(tool.definition());
            }
        }
        for (AgentHandoff handoff : agent.skills().handoffs()) {
            if (handoff.admits(caller, agent.owner()) && !handoff.leadsBack(invocation, agent)) {
                handoffs.put(handoff.toolName(), handoff);
                definitions.add(handoff.definition());
            }
        }
        addRequested(agent, all, request);
    }

    private void addRequested(Agent agent, List<AgentTool> all, ChatRequest request) {
        // A tool that this caller may not use keeps its name all the same.
        Set<String> taken = new HashSet<>();
        all.forEach(tool -> taken.add(tool.name()));
        agent.skills().handoffs().forEach(handoff -> taken.add(handoff.toolName()));
        int index = 0;
        for (ToolDefinition tool : request.tools()) {
            String name = tool.name();
            if (!name.isEmpty()) {
                if (taken.contains(name)) {
                    throw InvalidRequestException.of(
                            "tool_name_conflict",
                            "tools[" + index + "].function.name",
                            "The agent has a tool called '"
                                    + name
                                    + "' itself; give the request's tool another name.");
                }
                requested.add(name);
            }
            definitions.add(tool);
            index++;
        }
    }

    /** Everything that the model is offered. */
    List<ToolDefinition> definitions() {
        return definitions;
    }

    boolean hasOwn() {
        return !tools.isEmpty() || !handoffs.isEmpty();
    }

    boolean isOffered(String name) {
        return tools.containsKey(name) || handoffs.containsKey(name) || requested.contains(name);
    }

    /** Whether calls of this name go to the client. */
    boolean isRequested(String name) {
        return requested.contains(name);
    }

    /**
     * Whether no longer name of a tool begins with this one, so that it is known to be complete.
     */
    boolean isComplete(String name) {
        return isOffered(name)
                && isLongest(name, tools.keySet())
                && isLongest(name, handoffs.keySet())
                && isLongest(name, requested);
    }

    private static boolean isLongest(String name, Set<String> names) {
        for (String other : names) {
            if (other.length() > name.length() && other.startsWith(name)) {
                return false;
            }
        }
        return true;
    }

    Optional<AgentTool> tool(String name) {
        return Optional.ofNullable(tools.get(name));
    }

    Optional<AgentHandoff> handoff(String name) {
        return Optional.ofNullable(handoffs.get(name));
    }

    /** The names that the model may call here, for a message that helps it to mend its call. */
    String names() {
        return String.join(", ", definitions.stream().map(ToolDefinition::name).toList());
    }
}
