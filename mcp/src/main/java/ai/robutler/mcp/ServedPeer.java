package ai.robutler.mcp;

import ai.robutler.core.RunContext;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The MCP client that called a tool, a prompt or a resource, for code that has more to say to it
 * than a result. Thread-safe; good until the call ends.
 */
public interface ServedPeer {

    /** The client of this call; empty where none called: a model did, within a conversation. */
    static Optional<ServedPeer> of(RunContext context) {
        return context.attribute(ServedPeers.PEER);
    }

    /** Whether it can be asked. */
    boolean can(ServedAsk ask);

    /**
     * How far the work is; left out where the client has not asked for it, or if it is not further
     * than it was.
     *
     * @param total 0 or less where it is not known
     */
    void progress(double progress, double total, String message);

    /** A message of the log; left out where the client does not want it. */
    void log(ServedLevel level, JsonNode data);

    /**
     * Asks, and waits for the answers. Since 2026-07-28 clients answer by calling again: then this
     * throws what the caller must let pass, and the whole call is repeated with the answers, so
     * that nothing that cannot be repeated may come before it.
     *
     * @param asks by names that are the same each time
     * @return the answers by their names, each of the form that was asked for; a form may have been
     *     declined
     * @throws IllegalStateException if the client cannot, see {@link #can}, or has failed
     * @throws ai.robutler.core.CancelledException if the call was cancelled
     */
    Map<String, ObjectNode> ask(Map<String, ServedAsk> asks);

    /** As {@link #ask(Map)}, for one. */
    default ObjectNode ask(String name, ServedAsk ask) {
        return Optional.ofNullable(ask(Map.of(name, ask)).get(name)).orElseThrow();
    }

    /**
     * What the client gets as the content of the result, in the protocol's form, instead of the
     * text that the tool returns: images, sounds, resources.
     */
    void content(List<ObjectNode> content);
}
