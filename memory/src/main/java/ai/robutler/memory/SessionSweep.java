package ai.robutler.memory;

import org.jdbi.v3.core.Handle;

import java.util.List;

/** What is too old, or too much. Each method is for a transaction. */
final class SessionSweep {
    private static final int AT_ONCE = 500;

    private SessionSweep() {}

    /** Removes what has expired; how many conversations, at most so many that it is quick. */
    static int expired(Handle handle, long now) {
        List<String> ids =
                handle.select(
                                "SELECT id FROM memory_sessions"
                                        + " WHERE expires <= ? AND held_until <= ? LIMIT ?",
                                now,
                                now,
                                AT_ONCE)
                        .mapTo(String.class)
                        .list();
        ids.forEach(id -> SessionRows.remove(handle, id));
        return ids.size() == AT_ONCE ? AT_ONCE : 0;
    }

    private record Size(long number, long bytes, boolean continues) {}

    /** Removes the oldest turns of a conversation, so that it keeps within its bounds. */
    static void trim(Handle handle, String session, SessionBounds bounds) {
        List<Size> turns =
                handle.select(
                                "SELECT number, bytes, continues FROM memory_turns"
                                        + " WHERE session = ? ORDER BY number DESC",
                                session)
                        .map(
                                (row, _) ->
                                        new Size(
                                                row.getLong(1), row.getLong(2), row.getInt(3) == 1))
                        .list();
        long bytes = 0;
        int kept = 0;
        while (kept < turns.size()
                && kept < bounds.sessionTurns()
                && (kept == 0 || bytes + turns.get(kept).bytes() <= bounds.sessionBytes())) {
            bytes += turns.get(kept++).bytes();
        }
        if (kept == turns.size()) {
            return;
        }
        // What begins with results does not stay without the turn that called for them.
        while (kept > 1 && turns.get(kept - 1).continues()) {
            kept--;
        }
        long first = turns.get(kept - 1).number();
        handle.execute("DELETE FROM memory_turns WHERE session = ? AND number < ?", session, first);
        handle.execute(
                "UPDATE memory_sessions SET"
                        + " turns = (SELECT COUNT(*) FROM memory_turns WHERE session = ?),"
                        + " bytes = (SELECT SUM(bytes) FROM memory_turns WHERE session = ?)"
                        + " WHERE id = ?",
                session,
                session,
                session);
    }

    /** Removes the conversations of a user that were not used for longest, and are too many. */
    static void trim(Handle handle, SessionRow newest, SessionBounds bounds) {
        boolean isKnown = newest.owner().isKnown();
        int most = isKnown ? bounds.userSessions() : bounds.anonymousSessions();
        long bytes =
                isKnown
                        ? bounds.userBytes()
                        : bounds.userBytes() * bounds.anonymousSessions() / bounds.userSessions();
        handle.select(
                        "SELECT id FROM (SELECT id, ROW_NUMBER() OVER newest AS place,"
                                + " SUM(bytes) OVER newest AS total FROM memory_sessions"
                                + " WHERE user_id = ? AND turns > 0 WINDOW newest AS"
                                + " (ORDER BY CASE WHEN id = ? THEN 0 ELSE 1 END, used DESC, id))"
                                + " AS aged WHERE place > ? OR total > ? LIMIT ?",
                        newest.owner().user(),
                        newest.id(),
                        most,
                        bytes,
                        AT_ONCE)
                .mapTo(String.class)
                .list()
                .forEach(id -> SessionRows.remove(handle, id));
    }
}
