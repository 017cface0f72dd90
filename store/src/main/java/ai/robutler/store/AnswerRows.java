package ai.robutler.store;

import org.jdbi.v3.core.Handle;

import java.util.Collection;
import java.util.Optional;

/** The table of answers. Each method is for a transaction. */
final class AnswerRows {
    private static final int SWEEP_AT_ONCE = 10_000;

    /** How far a request is. */
    enum State {
        RUNNING,
        KEPT,
        PASSED,
        LARGE
    }

    record Row(String fingerprint, String claim, State state, String answer) {}

    private AnswerRows() {}

    /** Takes the request, unless somebody is at it, or it is answered. */
    static boolean take(
            Handle handle,
            String id,
            String user,
            String fingerprint,
            String claim,
            long now,
            long until) {
        return handle.execute(
                        "INSERT INTO answers"
                                + " (id, user_id, fingerprint, claim, state, expires, answer, size)"
                                + " VALUES (?, ?, ?, ?, 'RUNNING', ?, '', 0)"
                                + " ON CONFLICT (id) DO UPDATE SET"
                                + " fingerprint = excluded.fingerprint, claim = excluded.claim,"
                                + " state = excluded.state, expires = excluded.expires,"
                                + " answer = excluded.answer, size = excluded.size"
                                + " WHERE answers.expires <= ? OR answers.state = 'PASSED'",
                        id,
                        user,
                        fingerprint,
                        claim,
                        until,
                        now)
                == 1;
    }

    static Optional<Row> find(Handle handle, String id, long now) {
        return handle.select(
                        "SELECT fingerprint, claim, state, answer FROM answers"
                                + " WHERE id = ? AND expires > ?",
                        id,
                        now)
                .map(
                        (row, _) ->
                                new Row(
                                        row.getString(1),
                                        row.getString(2),
                                        State.valueOf(row.getString(3)),
                                        row.getString(4)))
                .findOne();
    }

    /** Whether the claim still had the request. */
    static boolean end(
            Handle handle, String id, String claim, State state, String answer, long until) {
        return handle.execute(
                        "UPDATE answers SET state = ?, answer = ?, size = ?, expires = ?"
                                + " WHERE id = ? AND claim = ? AND state = 'RUNNING'",
                        state.name(),
                        answer,
                        answer.length(),
                        until,
                        id,
                        claim)
                == 1;
    }

    static void abandon(Handle handle, String id, String claim) {
        handle.execute(
                "DELETE FROM answers WHERE id = ? AND claim = ? AND state = 'RUNNING'", id, claim);
    }

    static void renew(Handle handle, Collection<String> claims, long until) {
        var batch =
                handle.prepareBatch(
                        "UPDATE answers SET expires = ? WHERE claim = ? AND state = 'RUNNING'");
        claims.forEach(claim -> batch.add(until, claim));
        batch.execute();
    }

    /** What has expired goes, and the oldest of too many, and of too much. */
    static void sweep(Handle handle, StoredAnswers.Bounds bounds, long now) {
        handle.execute(
                "DELETE FROM answers WHERE id IN"
                        + " (SELECT id FROM answers WHERE expires <= ? LIMIT ?)",
                now,
                SWEEP_AT_ONCE);
        handle.execute(
                "DELETE FROM answers WHERE state <> 'RUNNING' AND id IN"
                        + " (SELECT id FROM (SELECT id, ROW_NUMBER() OVER newest AS place,"
                        + " SUM(size) OVER newest AS total FROM answers WHERE state <> 'RUNNING'"
                        + " WINDOW newest AS (ORDER BY expires DESC, id)) AS aged"
                        + " WHERE place > ? OR total > ? LIMIT ?)",
                bounds.answers(),
                bounds.chars(),
                SWEEP_AT_ONCE);
    }
}
