package ai.robutler.mcp;

import ai.robutler.core.Offering;
import ai.robutler.core.RunContext;

import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Optional;

/**
 * A skill with resources for MCP clients; its class implements this. The objects are of the form
 * that the protocol gives them. Each method is asked in the caller's context, and decides by it
 * what the caller may have.
 */
public interface ServedResources extends Offering {

    /** What there is, each with {@code uri} and {@code name}. */
    List<ObjectNode> resources(RunContext context);

    /** Patterns of what there is besides, each with {@code uriTemplate} and {@code name}. */
    default List<ObjectNode> templates(RunContext context) {
        return List.of();
    }

    /** The contents at a URI, each with {@code text} or {@code blob}; empty: there are none. */
    Optional<List<ObjectNode>> read(String uri, RunContext context);

    /**
     * What changes whenever the contents at a URI do; asked again and again for clients that want
     * to hear of it, so that it must be quick.
     */
    default String version(String uri, RunContext context) {
        return "";
    }
}
