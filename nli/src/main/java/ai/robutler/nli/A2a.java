package ai.robutler.nli;

import ai.robutler.store.Database;

import java.time.InstantSource;

/**
 * Serves agents over the A2A protocol, version 1.0. Tasks are in the database, so that any node
 * knows them. One serves a whole program; close it after the server and before the database.
 */
public final class A2a implements AutoCloseable {
    private final AgentCards cards;
    private final Here here;
    private final TaskRuns runs;
    private final A2aApi api;

    private A2a(Here here, boolean callersRequired, TaskTable table) {
        this.here = here;
        this.cards = new AgentCards(here, callersRequired);
        this.runs = new TaskRuns(table);
        this.api = new A2aApi(cards, new A2aOperations(table, runs));
    }

    /**
     * Opens it, and brings its tables up to date.
     *
     * @param callersRequired whether nobody is served whom the server does not know
     * @throws ai.robutler.core.UnavailableException if the database is away
     */
    public static A2a open(Here here, boolean callersRequired, Database database) {
        database.migrate("nli");
        return new A2a(here, callersRequired, new TaskTable(database, InstantSource.system()));
    }

    /** What is served below every agent's path. */
    public Object ofAgents() {
        return api;
    }

    /**
     * What is served openly below {@code /.well-known}.
     *
     * @param agent the one whose card it is, "" for the first that is open to everybody
     */
    public Object ofServer(String agent) {
        return new RootCard(here, cards, agent);
    }

    /** Ends the tasks that are worked on here. */
    @Override
    public void close() {
        runs.close();
    }
}
