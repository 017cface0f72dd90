package ai.robutler.mcp;

import ai.robutler.core.Deadline;

import tools.jackson.databind.node.ObjectNode;

/** How messages go to a server, and how its own come back. Thread-safe. */
sealed interface ClientTransport extends AutoCloseable
        permits StdioTransport, ClientHttp, ClientSse {

    /** Hears what belongs to no request of ours; must not wait. */
    interface Listener {
        void heard(ClientMessage.Notification notification);

        /** The connection is over, and nobody here closed it. Said once. */
        void lost(String why);
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @throws ClientException if there is none
     * @throws ai.robutler.core.CancelledException if the thread is interrupted
     */
    ClientMessage.Answer ask(ClientRequest request, Deadline deadline);

    /**
     * Sends a notification.
     *
     * @throws ClientException if it cannot be sent in time
     */
    void tell(ObjectNode notification, Deadline deadline);

    /** Speaks this revision from now on. */
    void speak(Revision revision);

    /** Ends the connection, and all that belongs to it; requests under way fail. */
    @Override
    void close();
}
