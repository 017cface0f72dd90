package ai.robutler.payments;

import ai.robutler.core.ConflictException;
import ai.robutler.payments.Ledger.Hold;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;

/** Movements and their transfers: only ever added to. */
final class Journal {
    static final String COLUMNS =
            "id, op, hash, time, hold, account, agent, reference, memo, pending, charged, released,"
                    + " unpaid, state, held, expires";

    private Journal() {}

    /** Ends a transaction that came second under its id. Never leaves here. */
    static final class Taken extends RuntimeException {
        Taken() {
            super("taken", null, false, false);
        }
    }

    /** An amount from one account to another: both sides of an entry, whose sum is zero. */
    record Transfer(String from, String to, long nano, String kind) {}

    /**
     * Adds a movement with what moves. Who pays is debited by the caller, who is paid is credited
     * by it, in the end: see {@link #addTo}.
     *
     * @throws Taken if the id has been used
     */
    static void add(Handle handle, Movement movement, List<Transfer> transfers) {
        long seq = insert(handle, movement).orElseThrow(Taken::new);
        enter(handle, seq, transfers);
    }

    /** Empty if the id has been used. */
    static OptionalLong insert(Handle handle, Movement movement) {
        return handle.select(
                        "INSERT INTO ledger_movement ("
                                + COLUMNS
                                + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                                + " ON CONFLICT (id) DO NOTHING RETURNING seq",
                        movement.id(),
                        movement.op().name(),
                        movement.hash(),
                        movement.time(),
                        movement.hold(),
                        movement.account(),
                        movement.agent(),
                        movement.reference(),
                        movement.memo(),
                        movement.isPending() ? 1 : 0,
                        movement.charged(),
                        movement.released(),
                        movement.unpaid(),
                        movement.state().name(),
                        movement.held(),
                        movement.expires())
                .mapTo(Long.class)
                .findOne()
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    static void enter(Handle handle, long seq, List<Transfer> transfers) {
        if (transfers.isEmpty()) {
            return;
        }
        var sql =
                new StringBuilder(
                        "INSERT INTO ledger_transfer (movement, n, payer, payee, nano, kind) VALUES ");
        var arguments = new Object[transfers.size() * 6];
        int at = 0;
        for (Transfer each : transfers) {
            sql.append(at == 0 ? "(?, ?, ?, ?, ?, ?)" : ", (?, ?, ?, ?, ?, ?)");
            arguments[at] = seq;
            arguments[at + 1] = at / 6;
            arguments[at + 2] = each.from();
            arguments[at + 3] = each.to();
            arguments[at + 4] = each.nano();
            arguments[at + 5] = each.kind();
            at += 6;
        }
        handle.execute(sql.toString(), arguments);
    }

    /** Adds to what each account gets. */
    static void addTo(SortedMap<String, Long> amounts, List<Transfer> transfers) {
        for (Transfer each : transfers) {
            if (each.nano() != 0) {
                amounts.merge(each.to(), each.nano(), Math::addExact);
            }
        }
    }

    static Optional<Movement> find(Handle handle, String id) {
        return handle.select("SELECT seq, " + COLUMNS + " FROM ledger_movement WHERE id = ?", id)
                .map((rows, _) -> row(rows))
                .findOne();
    }

    /**
     * What was done under this id before; empty if nothing was.
     *
     * @throws ConflictException if it was something else
     */
    static Optional<Movement> repeated(Handle handle, String id, String hash) {
        Optional<Movement> before = find(handle, id);
        if (before.isPresent() && !before.get().hash().equals(hash)) {
            throw reused();
        }
        return before;
    }

    static ConflictException reused() {
        return new ConflictException(
                "idempotency_conflict", "This id was used before, for something else.");
    }

    static Movement row(ResultSet rows) throws SQLException {
        return new Movement(
                rows.getLong(1),
                rows.getString(2),
                Movement.Op.valueOf(rows.getString(3)),
                rows.getString(4),
                rows.getLong(5),
                rows.getString(6),
                rows.getString(7),
                rows.getString(8),
                rows.getString(9),
                rows.getString(10),
                rows.getInt(11) == 1,
                rows.getLong(12),
                rows.getLong(13),
                rows.getLong(14),
                Hold.State.valueOf(rows.getString(15)),
                rows.getLong(16),
                rows.getLong(17));
    }
}
