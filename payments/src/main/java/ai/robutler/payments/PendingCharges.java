package ai.robutler.payments;

import ai.robutler.core.InvalidRequestException;
import ai.robutler.payments.Journal.Transfer;
import ai.robutler.payments.Ledger.Settlement;
import ai.robutler.payments.Ledger.Share;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What was delivered and is not paid for yet, for people to settle: its cost was not known, or it
 * came too late and the money was gone. Each is settled once. Thread-safe; calls block and fail
 * like those of the {@link Ledger}.
 */
public final class PendingCharges {
    /** The id of the movement that settles a movement {@code m}, in SQL; a reserved namespace. */
    static final String RECONCILED = "'~reconcile~' || m.seq";

    private static final String PREFIX = "~reconcile~";

    private final Books books;

    PendingCharges(Books books) {
        this.books = books;
    }

    /**
     * A charge that is open.
     *
     * @param id of the movement
     * @param unpaidNanoUsd what could not be charged; 0 where nobody knows how much is owed
     */
    public record PendingCharge(
            String id,
            Instant time,
            String account,
            String agent,
            String reference,
            String memo,
            long unpaidNanoUsd) {}

    /** The oldest open charges, 1 to 1,000 of them. */
    public List<PendingCharge> list(int limit) {
        return books.read(
                handle ->
                        handle.select(
                                        "SELECT m.id, m.time, m.account, m.agent, m.reference, m.memo, m.unpaid"
                                                + " FROM ledger_movement m WHERE (m.pending = 1 OR m.unpaid > 0)"
                                                + " AND NOT EXISTS (SELECT 1 FROM ledger_movement r WHERE r.id = "
                                                + RECONCILED
                                                + ") ORDER BY m.seq LIMIT ?",
                                        Math.clamp(limit, 1, 1_000))
                                .map(
                                        (rows, _) ->
                                                new PendingCharge(
                                                        rows.getString(1),
                                                        Instant.ofEpochMilli(rows.getLong(2)),
                                                        rows.getString(3),
                                                        rows.getString(4),
                                                        rows.getString(5),
                                                        rows.getString(6),
                                                        rows.getLong(7)))
                                .list());
    }

    /** Settles an open charge with an amount for the model, 0 to let it go. */
    public Settlement reconcile(String id, long nanoUsd) {
        return reconcile(id, List.of(new Share(Accounts.MODELS, nanoUsd, "model")));
    }

    /**
     * Settles an open charge, within what token, budgets and account have room and money for. The
     * same content again is answered like the first time.
     *
     * @param id of the movement that is open
     * @throws ai.robutler.core.PaymentRequiredException if there is not that much
     */
    public Settlement reconcile(String id, List<Share> shares) {
        var parts = new ArrayList<Object>(List.of(Movement.Op.RECONCILE, id));
        long total = 0;
        for (Share share : shares) {
            parts.add(Terms.account("shares.account", share.account()));
            parts.add(Terms.amount("shares.amount", share.nanoUsd()));
            parts.add(Terms.name("shares.kind", share.kind()));
            total = Terms.amount("shares", Math.addExact(total, share.nanoUsd()));
        }
        String hash = Fingerprint.of(parts);
        long sum = total;
        try {
            return books.spend(handle -> reconcile(handle, id, List.copyOf(shares), sum, hash));
        } catch (NotEnough e) {
            throw e.refusal();
        }
    }

    private Settlement reconcile(
            Handle handle, String id, List<Share> shares, long total, String hash) {
        Movement open =
                Journal.find(handle, id)
                        .filter(each -> each.isPending() || each.unpaid() > 0)
                        .orElseThrow(
                                () ->
                                        InvalidRequestException.notFound(
                                                "charge_not_found",
                                                "id",
                                                "There is no pending charge of this id."));
        String name = PREFIX + open.seq();
        var before = Journal.repeated(handle, name, hash);
        if (before.isPresent()) {
            return before.get().settlement();
        }
        HoldRow hold = HoldTable.find(handle, open.hold()).orElseThrow();
        Reservation.of(hold).charge(handle, total);
        var transfers = new ArrayList<Transfer>();
        for (Share share : shares) {
            if (share.nanoUsd() > 0) {
                transfers.add(
                        new Transfer(
                                hold.account(), share.account(), share.nanoUsd(), share.kind()));
            }
        }
        var movement =
                Movement.of(name, Movement.Op.RECONCILE, hash, books.now(), hold)
                        .withAmounts(total, 0, 0)
                        .withMemo(open.memo(), false);
        Journal.add(handle, movement, transfers);
        var credits = new TreeMap<String, Long>();
        Journal.addTo(credits, transfers);
        AccountTable.credit(handle, credits, books.shard(name));
        return movement.settlement();
    }
}
