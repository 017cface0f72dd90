package ai.robutler.mcp;

import ai.robutler.core.Offering;
import ai.robutler.core.RunContext;

import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A skill with prompts for MCP clients; its class implements this. The objects are of the form that
 * the protocol gives them.
 */
public interface ServedPrompts extends Offering {

    /** What there is, each with a {@code name} that no other prompt of the agent has. */
    List<ObjectNode> prompts(RunContext context);

    /** The messages of a prompt; empty: it is not one of these. */
    Optional<List<ObjectNode>> messages(
            String name, Map<String, String> arguments, RunContext context);

    /**
     * How the value of a prompt's or a resource template's argument may go on.
     *
     * @param reference the prompt's name, or the template
     * @param value as far as it is there
     */
    default List<String> completions(
            String reference, String argument, String value, RunContext context) {
        return List.of();
    }
}
