package ai.robutler.mcp;

import tools.jackson.databind.node.ObjectNode;

/** Where messages beside the answer go. Thread-safe. */
@FunctionalInterface
interface ServedSink {
    /**
     * Sends a message; waits while the client does not read.
     *
     * @throws ai.robutler.core.CancelledException if the work was cancelled
     */
    void send(ObjectNode message);
}
