package ai.robutler.mcp;

import ai.robutler.core.Deadline;
import ai.robutler.core.RunContext;

import java.util.Optional;
import java.util.concurrent.Semaphore;

/** A configured server, there or away. Thread-safe. */
sealed interface ClientServer extends AutoCloseable permits ClientShared, ClientPerUser {
    ClientSettings settings();

    /** Begins to connect, if nobody has; does not wait. */
    void start();

    /** What it offers to the run on this thread; empty while it is away. Never throws. */
    Optional<ClientOffer> offer();

    /**
     * The connection for a run.
     *
     * @throws ClientException if there is none
     */
    ClientLink link(RunContext context, Deadline deadline);

    /**
     * Another connection for a run, where the server has forgotten the session of this one.
     *
     * @throws ClientException if there is none in time
     */
    ClientLink renewed(RunContext context, ClientLink stale, Deadline deadline);

    /** Something went wrong on it: it may be dead. */
    void doubted(ClientLink link);

    /** How many calls may still begin. */
    Semaphore slots();

    McpServers.Health health();

    /** Ends its connections and processes. */
    @Override
    void close();
}
