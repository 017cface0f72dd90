package ai.robutler.payments;

import ai.robutler.payments.Ledger.Hold;
import ai.robutler.store.Database;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Holds. Each leaves the state OPEN once: every way out is a statement that asks for it. */
final class HoldTable {
    private static final String COLUMNS =
            "id, hash, account, lineage, agent, reference, budgets, nano, prior, expires, locked_nano,"
                    + " locked_expires, state, closed";

    private HoldTable() {}

    /**
     * Opens a hold of a token, as it is in the database.
     *
     * @return the tokens that it is held of, the child first; empty if the id has been used, or
     *     there is no such token for this agent
     */
    static Optional<List<String>> open(Handle handle, Opening opening) {
        Ledger.Lock lock = opening.lock();
        return handle.select(
                        "INSERT INTO ledger_hold ("
                                + COLUMNS
                                + ") SELECT ?, ?, account, lineage, ?, ?, ?, ?, ?, ?, ?, ?, 'OPEN', 0"
                                + " FROM ledger_token WHERE id = ? AND account = ?"
                                + " AND (agent = '' OR agent = ?)"
                                + " ON CONFLICT (id) DO NOTHING RETURNING lineage",
                        lock.id(),
                        opening.hash(),
                        lock.agent(),
                        opening.reference(),
                        opening.budgets(),
                        lock.nanoUsd(),
                        lock.nanoUsd(),
                        opening.expires(),
                        lock.nanoUsd(),
                        opening.expires(),
                        opening.token().id(),
                        opening.token().account(),
                        lock.agent())
                .map((rows, _) -> List.of(rows.getString(1).split(" ")))
                .findOne();
    }

    static Optional<HoldRow> find(Handle handle, String id) {
        return handle.select("SELECT " + COLUMNS + " FROM ledger_hold WHERE id = ?", id)
                .map((rows, _) -> row(rows))
                .findOne();
    }

    /** Ends an open hold of which at most this much is charged; empty if it is none. */
    static Optional<HoldRow> end(Handle handle, String id, Hold.State state, long charge) {
        return handle.select(
                        "UPDATE ledger_hold SET state = ?, closed = 1 WHERE id = ? AND state = 'OPEN'"
                                + " AND nano >= ? RETURNING "
                                + COLUMNS,
                        state.name(),
                        id,
                        charge)
                .map((rows, _) -> row(rows))
                .findOne();
    }

    /** Takes a part of an open hold; empty if it is none. */
    static Optional<HoldRow> take(Handle handle, String id, long charge) {
        return take(handle, id, "state = 'OPEN'", charge);
    }

    /** Takes a part of a hold that expired and is not closed; empty if it is none. */
    static Optional<HoldRow> takeExpired(Handle handle, String id, long charge) {
        return take(handle, id, "state = 'EXPIRED' AND closed = 0", charge);
    }

    private static Optional<HoldRow> take(Handle handle, String id, String where, long charge) {
        return handle.select(
                        "UPDATE ledger_hold SET prior = nano, nano = nano - ? WHERE id = ? AND "
                                + where
                                + " AND nano >= ? RETURNING "
                                + COLUMNS,
                        charge,
                        id,
                        charge)
                .map((rows, _) -> row(rows))
                .findOne();
    }

    /** Closes a hold that expired, so that it is charged at most once; empty if it is none. */
    static Optional<HoldRow> closeExpired(Handle handle, String id, long charge) {
        return handle.select(
                        "UPDATE ledger_hold SET closed = 1 WHERE id = ? AND state = 'EXPIRED'"
                                + " AND closed = 0 AND nano >= ? RETURNING "
                                + COLUMNS,
                        id,
                        charge)
                .map((rows, _) -> row(rows))
                .findOne();
    }

    /** Changes an open hold; empty if it is none. */
    static Optional<HoldRow> change(Handle handle, String id, long nano, long expires) {
        return handle.select(
                        "UPDATE ledger_hold SET prior = nano, nano = ?, expires = ?"
                                + " WHERE id = ? AND state = 'OPEN' RETURNING "
                                + COLUMNS,
                        nano,
                        expires,
                        id)
                .map((rows, _) -> row(rows))
                .findOne();
    }

    /** Lets some open holds expire whose time is over. No two nodes get the same one. */
    static List<HoldRow> expire(Handle handle, Database.Kind kind, long now, int most) {
        String lock =
                switch (kind) {
                    case SQLITE -> "";
                    case POSTGRESQL -> " FOR UPDATE SKIP LOCKED";
                };
        return handle.select(
                        "UPDATE ledger_hold SET state = 'EXPIRED' WHERE state = 'OPEN' AND id IN"
                                + " (SELECT id FROM ledger_hold WHERE state = 'OPEN' AND closed = 0"
                                + " AND expires <= ? ORDER BY expires LIMIT ?"
                                + lock
                                + ") RETURNING "
                                + COLUMNS,
                        now,
                        most)
                .map((rows, _) -> row(rows))
                .list();
    }

    private static HoldRow row(ResultSet rows) throws SQLException {
        String budgets = rows.getString(7);
        return new HoldRow(
                rows.getString(1),
                rows.getString(2),
                rows.getString(3),
                List.of(rows.getString(4).split(" ")),
                rows.getString(5),
                rows.getString(6),
                budgets.isEmpty() ? List.of() : List.of(budgets.split("\n")),
                rows.getLong(8),
                rows.getLong(9),
                rows.getLong(10),
                rows.getLong(11),
                rows.getLong(12),
                Hold.State.valueOf(rows.getString(13)),
                rows.getInt(14) == 1);
    }
}
