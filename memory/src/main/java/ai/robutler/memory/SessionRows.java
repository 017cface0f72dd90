package ai.robutler.memory;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The tables of conversations. Each method is for a transaction. */
final class SessionRows {
    private static final String SESSION =
            "SELECT id, agent, user_id, via, name, version, turns, bytes, created, used, expires,"
                    + " summary, summarised FROM memory_sessions";
    private static final String OWNED = " WHERE agent = ? AND user_id = ? AND via = ?";
    private static final String TURN =
            "SELECT number, time, messages, seen, replaced_by FROM memory_turns WHERE session = ?";

    private SessionRows() {}

    /** Takes the conversation for a run, unless another has it. */
    static boolean hold(
            Handle handle, MemoryOwner owner, String name, String holder, long now, long until) {
        removeExpired(handle, owner, name, now);
        return handle.execute(
                        "INSERT INTO memory_sessions (id, agent, user_id, via, name, version,"
                                + " last_turn, turns, bytes, created, used, expires, holder,"
                                + " held_until, summary, summarised)"
                                + " VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0, ?, ?, ?, ?, ?, '', 0)"
                                + " ON CONFLICT (agent, user_id, via, name) DO UPDATE SET"
                                + " holder = excluded.holder, held_until = excluded.held_until"
                                + " WHERE memory_sessions.held_until <= ?",
                        // The holder is drawn, and so is a name for the row.
                        holder,
                        owner.agent(),
                        owner.user(),
                        owner.via(),
                        name,
                        now,
                        now,
                        until,
                        holder,
                        until,
                        now)
                == 1;
    }

    /** What nobody has removed yet although its time is over does not come back to life. */
    private static void removeExpired(Handle handle, MemoryOwner owner, String name, long now) {
        handle.select(
                        "SELECT id FROM memory_sessions"
                                + OWNED
                                + " AND name = ? AND expires <= ? AND held_until <= ?",
                        owner.agent(),
                        owner.user(),
                        owner.via(),
                        name,
                        now,
                        now)
                .mapTo(String.class)
                .forEach(id -> remove(handle, id));
    }

    static void renew(Handle handle, List<String> holders, long until) {
        var batch =
                handle.prepareBatch(
                        "UPDATE memory_sessions SET held_until = ?,"
                                + " expires = CASE WHEN expires < ? THEN ? ELSE expires END"
                                + " WHERE holder = ?");
        holders.forEach(holder -> batch.add(until, until, until, holder));
        batch.execute();
    }

    /** The run is over, and nothing of it stays. */
    static void release(Handle handle, String holder) {
        handle.execute("DELETE FROM memory_sessions WHERE holder = ? AND turns = 0", holder);
        handle.execute(
                "UPDATE memory_sessions SET holder = '', held_until = 0 WHERE holder = ?", holder);
    }

    static Optional<SessionRow> held(Handle handle, String holder) {
        return one(handle.select(SESSION + " WHERE holder = ?", holder));
    }

    static Optional<SessionRow> find(Handle handle, MemoryOwner owner, String name, long now) {
        return one(
                handle.select(
                        SESSION + OWNED + " AND name = ? AND turns > 0 AND expires > ?",
                        owner.agent(),
                        owner.user(),
                        owner.via(),
                        name,
                        now));
    }

    /** A page, the last used first. */
    static List<SessionRow> list(
            Handle handle, MemoryOwner owner, SessionPage before, int limit, long now) {
        return handle.select(
                        SESSION
                                + OWNED
                                + " AND turns > 0 AND expires > ?"
                                + " AND (used < ? OR (used = ? AND id < ?))"
                                + " ORDER BY used DESC, id DESC LIMIT ?",
                        owner.agent(),
                        owner.user(),
                        owner.via(),
                        now,
                        before.used(),
                        before.used(),
                        before.id(),
                        limit)
                .map((row, _) -> session(row))
                .list();
    }

    /** A page of all that is kept of a user, by id. */
    static List<SessionRow> ofUser(Handle handle, String user, String after, int limit) {
        return handle.select(
                        SESSION + " WHERE user_id = ? AND id > ? ORDER BY id LIMIT ?",
                        user,
                        after,
                        limit)
                .map((row, _) -> session(row))
                .list();
    }

    /** The last turns that count, in their order. */
    static List<SessionTurn> last(Handle handle, String session, long after, int limit) {
        return turns(
                        handle.select(
                                TURN
                                        + " AND replaced_by = 0 AND number > ?"
                                        + " ORDER BY number DESC LIMIT ?",
                                session,
                                after,
                                limit))
                .reversed();
    }

    /** All turns before a number, the newest first. */
    static List<SessionTurn> before(Handle handle, String session, long before, int limit) {
        return turns(
                handle.select(
                        TURN + " AND number < ? ORDER BY number DESC LIMIT ?",
                        session,
                        before,
                        limit));
    }

    /**
     * Adds a turn, if nothing was said since.
     *
     * @param after the last turn that counts before it; those beyond are replaced by it
     * @return whether it was added
     */
    static boolean add(Handle handle, SessionHold hold, Addition turn, long after) {
        int changed =
                handle.execute(
                        "UPDATE memory_sessions SET version = version + 1,"
                                + " last_turn = last_turn + 1, turns = turns + 1,"
                                + " bytes = bytes + ?, used = ?, expires = ?, holder = '',"
                                + " held_until = 0 WHERE id = ? AND version = ?",
                        turn.bytes(),
                        turn.time(),
                        turn.expires(),
                        hold.session().id(),
                        hold.session().version());
        if (changed == 0) {
            return false;
        }
        long number =
                handle.select(
                                "SELECT last_turn FROM memory_sessions WHERE id = ?",
                                hold.session().id())
                        .mapTo(Long.class)
                        .one();
        handle.execute(
                "UPDATE memory_turns SET replaced_by = ?"
                        + " WHERE session = ? AND number > ? AND replaced_by = 0",
                number,
                hold.session().id(),
                after);
        handle.execute(
                "INSERT INTO memory_turns (session, number, run, time, messages, bytes, seen,"
                        + " continues, replaced_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
                hold.session().id(),
                number,
                hold.holder(),
                turn.time(),
                turn.messages(),
                turn.bytes(),
                turn.seen(),
                turn.continues() ? 1 : 0);
        return true;
    }

    /**
     * A turn that is to be added.
     *
     * @param messages as JSON
     * @param continues whether it begins with results of the turn before
     */
    record Addition(
            String messages, long bytes, String seen, boolean continues, long time, long expires) {}

    /** Takes back what a run has added, unless somebody has gone on from there. */
    static void takeBack(Handle handle, SessionHold hold) {
        String id = hold.session().id();
        int changed =
                handle.execute(
                        "UPDATE memory_sessions SET version = version + 1, turns = turns - 1,"
                                + " bytes = bytes - (SELECT bytes FROM memory_turns"
                                + " WHERE session = ? AND run = ?) WHERE id = ? AND version = ?"
                                + " AND holder = '' AND EXISTS (SELECT 1 FROM memory_turns"
                                + " WHERE session = ? AND run = ?)",
                        id,
                        hold.holder(),
                        id,
                        hold.session().version() + 1,
                        id,
                        hold.holder());
        if (changed == 0) {
            return;
        }
        handle.execute(
                "UPDATE memory_turns SET replaced_by = 0 WHERE session = ? AND replaced_by ="
                        + " (SELECT number FROM memory_turns WHERE session = ? AND run = ?)",
                id,
                id,
                hold.holder());
        handle.execute("DELETE FROM memory_turns WHERE session = ? AND run = ?", id, hold.holder());
        handle.execute("DELETE FROM memory_sessions WHERE id = ? AND turns = 0", id);
    }

    static void summarise(Handle handle, String holder, String summary, long summarised) {
        handle.execute(
                "UPDATE memory_sessions SET summary = ?, summarised = ? WHERE holder = ?",
                summary,
                summarised,
                holder);
    }

    /** The conversation first: a run that ends now finds none, and adds nothing. */
    static boolean remove(Handle handle, String id) {
        int removed = handle.execute("DELETE FROM memory_sessions WHERE id = ?", id);
        handle.execute("DELETE FROM memory_turns WHERE session = ?", id);
        return removed == 1;
    }

    private static List<SessionTurn> turns(Query query) {
        return query.map(
                        (row, _) ->
                                new SessionTurn(
                                        row.getLong(1),
                                        Instant.ofEpochMilli(row.getLong(2)),
                                        SessionTurn.parse(row.getString(3)),
                                        SessionSeen.parse(row.getString(4)),
                                        row.getLong(5)))
                .list();
    }

    private static Optional<SessionRow> one(Query query) {
        return query.map((row, _) -> session(row)).findOne();
    }

    private static SessionRow session(ResultSet row) throws SQLException {
        return new SessionRow(
                row.getString(1),
                new MemoryOwner(row.getString(2), row.getString(3), row.getString(4)),
                row.getString(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8),
                Instant.ofEpochMilli(row.getLong(9)),
                Instant.ofEpochMilli(row.getLong(10)),
                Instant.ofEpochMilli(row.getLong(11)),
                row.getString(12),
                row.getLong(13));
    }
}
