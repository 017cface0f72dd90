package ai.robutler.nli;

import ai.robutler.nli.A2aTask.State;
import ai.robutler.store.Database;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tasks in the database: each is its caller's alone, on any node. Methods throw {@link
 * ai.robutler.core.UnavailableException} while the database is away. Thread-safe.
 */
final class TaskTable {
    static final Duration KEPT = Duration.ofHours(24);
    private static final int OF_CALLER = 1_000;
    private static final int IN_ALL = 100_000;
    private static final int AT_ONCE = 10_000;
    private static final long SWEEP_EVERY = Duration.ofMinutes(1).toMillis();

    /** A node that was not heard of for this long works on nothing any more. */
    static final Duration SILENCE = Duration.ofSeconds(30);

    private static final String COLUMNS =
            "id, agent, caller, context, state, question, answer, failure, created, updated, node,"
                    + " alive";

    private final Database database;
    private final InstantSource clock;
    private final AtomicLong nextSweep = new AtomicLong();

    TaskTable(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    long now() {
        return clock.millis();
    }

    void insert(A2aTask task) {
        long now = now();
        boolean sweeping = now >= nextSweep.get();
        database.write(
                handle -> {
                    if (sweeping) {
                        sweep(handle, now);
                    }
                    // Nobody's tasks push out somebody else's.
                    handle.execute(
                            "DELETE FROM a2a_task WHERE id IN (SELECT id FROM a2a_task WHERE agent"
                                    + " = ? AND caller = ? AND caller <> '' ORDER BY updated DESC"
                                    + " LIMIT 100 OFFSET ?)",
                            task.agent(),
                            task.caller(),
                            OF_CALLER);
                    return handle.execute(
                            "INSERT INTO a2a_task ("
                                    + COLUMNS
                                    + ", expires, cancelled)"
                                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
                            task.id(),
                            task.agent(),
                            task.caller(),
                            task.context(),
                            task.state().name(),
                            task.question(),
                            task.answer(),
                            task.failure(),
                            task.created(),
                            task.updated(),
                            task.node(),
                            task.alive(),
                            now + KEPT.toMillis());
                });
        if (sweeping) {
            nextSweep.set(now + SWEEP_EVERY);
        }
    }

    private static void sweep(Handle handle, long now) {
        handle.execute(
                "DELETE FROM a2a_task WHERE id IN"
                        + " (SELECT id FROM a2a_task WHERE expires <= ? LIMIT ?)",
                now,
                AT_ONCE);
        handle.execute(
                "DELETE FROM a2a_task WHERE id IN"
                        + " (SELECT id FROM a2a_task ORDER BY expires DESC LIMIT ? OFFSET ?)",
                AT_ONCE,
                IN_ALL);
    }

    /** Ends a task that is still worked on; it ends once. */
    void end(A2aTask ended) {
        database.write(
                handle ->
                        handle.execute(
                                "UPDATE a2a_task SET state = ?, answer = ?, failure = ?, updated ="
                                        + " ? WHERE id = ? AND state = 'WORKING'",
                                ended.state().name(),
                                ended.answer(),
                                ended.failure(),
                                ended.updated(),
                                ended.id()));
    }

    void delete(String id) {
        database.write(handle -> handle.execute("DELETE FROM a2a_task WHERE id = ?", id));
    }

    /** The caller's task of this id. */
    Optional<A2aTask> find(String id, String agent, String caller) {
        long now = now();
        Optional<A2aTask> found =
                database.read(
                        handle ->
                                handle.select(
                                                "SELECT "
                                                        + COLUMNS
                                                        + " FROM a2a_task WHERE id = ? AND agent ="
                                                        + " ? AND caller = ? AND expires > ?",
                                                id,
                                                agent,
                                                caller,
                                                now)
                                        .map((row, _) -> task(row))
                                        .findOne());
        return found.map(task -> isAbandoned(task, now) ? abandoned(task, now) : task);
    }

    private static boolean isAbandoned(A2aTask task, long now) {
        return !task.state().isOver() && task.alive() < now - SILENCE.toMillis();
    }

    private A2aTask abandoned(A2aTask task, long now) {
        A2aTask ended = task.ended(State.FAILED, "", "The server that worked on it has gone.", now);
        end(ended);
        return ended;
    }

    /** What a caller said and was answered in a conversation, the oldest first. */
    List<A2aTask> conversation(String context, String agent, String caller, int most) {
        return database.read(
                        handle ->
                                handle.select(
                                                "SELECT "
                                                        + COLUMNS
                                                        + " FROM a2a_task WHERE context = ? AND"
                                                        + " agent = ? AND caller = ? AND state ="
                                                        + " 'COMPLETED' AND expires > ? ORDER BY"
                                                        + " created DESC, id DESC LIMIT ?",
                                                context,
                                                agent,
                                                caller,
                                                now(),
                                                most)
                                        .map((row, _) -> task(row))
                                        .list())
                .reversed();
    }

    /**
     * What of a caller's tasks is wanted.
     *
     * @param context "" for all
     * @param state empty for all
     * @param beforeTime with the id: where the list goes on
     */
    record Wanted(
            String agent,
            String caller,
            String context,
            Optional<State> state,
            long since,
            long beforeTime,
            String beforeId,
            int size) {}

    record Page(List<A2aTask> tasks, int total) {}

    /** The latest first. */
    Page list(Wanted wanted) {
        return database.read(
                handle ->
                        new Page(
                                bound(
                                                handle,
                                                wanted,
                                                COLUMNS,
                                                " AND (updated < :time OR (updated = :time AND id <"
                                                        + " :id)) ORDER BY updated DESC, id DESC"
                                                        + " LIMIT :size")
                                        .bind("time", wanted.beforeTime())
                                        .bind("id", wanted.beforeId())
                                        .bind("size", wanted.size())
                                        .map((row, _) -> task(row))
                                        .list(),
                                bound(handle, wanted, "COUNT(*)", "").mapTo(Integer.class).one()));
    }

    private Query bound(Handle handle, Wanted wanted, String columns, String more) {
        var where = new ArrayList<String>();
        where.add("agent = :agent AND caller = :caller AND expires > :now AND updated >= :since");
        if (!wanted.context().isEmpty()) {
            where.add("context = :context");
        }
        if (wanted.state().isPresent()) {
            where.add("state = :state");
        }
        Query query =
                handle.createQuery(
                                "SELECT "
                                        + columns
                                        + " FROM a2a_task WHERE "
                                        + String.join(" AND ", where)
                                        + more)
                        .bind("agent", wanted.agent())
                        .bind("caller", wanted.caller())
                        .bind("now", now())
                        .bind("since", wanted.since());
        if (!wanted.context().isEmpty()) {
            query.bind("context", wanted.context());
        }
        wanted.state().ifPresent(state -> query.bind("state", state.name()));
        return query;
    }

    /** Asks whoever works on a task to stop. */
    void askToCancel(String id) {
        database.write(
                handle ->
                        handle.execute(
                                "UPDATE a2a_task SET cancelled = 1 WHERE id = ? AND state ="
                                        + " 'WORKING'",
                                id));
    }

    /** Says that a node is there, and hears which of its tasks shall be cancelled. */
    List<String> alive(String node) {
        return database.writeSoon(
                handle -> {
                    handle.execute(
                            "UPDATE a2a_task SET alive = ? WHERE node = ? AND state = 'WORKING'",
                            now(),
                            node);
                    return handle.select(
                                    "SELECT id FROM a2a_task WHERE node = ? AND state = 'WORKING'"
                                            + " AND cancelled = 1",
                                    node)
                            .mapTo(String.class)
                            .list();
                });
    }

    private static A2aTask task(ResultSet row) throws SQLException {
        return new A2aTask(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                State.valueOf(row.getString(5)),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                row.getLong(9),
                row.getLong(10),
                row.getString(11),
                row.getLong(12));
    }
}
