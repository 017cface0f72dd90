package ai.robutler.payments;

import ai.robutler.core.ApiException;
import ai.robutler.core.ConflictException;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.payments.Journal.Transfer;
import ai.robutler.payments.Ledger.Hold;
import ai.robutler.payments.Ledger.Settle;
import ai.robutler.payments.Ledger.Settlement;
import ai.robutler.payments.Ledger.Share;

import org.jdbi.v3.core.Handle;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Ends holds. What comes after a hold expired is charged all the same if there still is room and
 * money for it, and is written down as unpaid if not: nobody works without a record.
 */
record Settling(Books books) {

    /** A settlement that is understood. */
    private record Charge(Settle settle, String hash, long total) {
        List<Transfer> transfers(String payer, long paid) {
            var transfers = new ArrayList<Transfer>();
            for (Share share : settle.shares()) {
                if (share.nanoUsd() > 0 && paid > 0) {
                    transfers.add(
                            new Transfer(payer, share.account(), share.nanoUsd(), share.kind()));
                }
            }
            // What is only noted has its line on the statements, too.
            if (transfers.isEmpty() && (settle.pending() || total > 0)) {
                String payee =
                        settle.shares().isEmpty()
                                ? Accounts.MODELS
                                : settle.shares().getFirst().account();
                transfers.add(new Transfer(payer, payee, 0, total > 0 ? "unpaid" : "pending"));
            }
            return transfers;
        }
    }

    Settlement settle(Settle settle) {
        Charge charge = check(settle);
        try {
            return books.spend(handle -> settle(handle, charge));
        } catch (NotEnough e) {
            // Only what comes late asks whether there is enough.
            return books.write(handle -> unpaid(handle, charge));
        }
    }

    private static Charge check(Settle settle) {
        Terms.id("id", settle.id());
        Terms.id("hold", settle.hold());
        if (settle.shares().size() > 16) {
            throw InvalidRequestException.of("shares", "shares must be at most 16.");
        }
        var parts = new ArrayList<Object>();
        parts.add(Movement.Op.SETTLE);
        parts.add(settle.hold());
        parts.add(settle.pending());
        parts.add(settle.memo());
        long total = 0;
        for (Share share : settle.shares()) {
            parts.add(Terms.account("shares.account", share.account()));
            parts.add(Terms.amount("shares.amount", share.nanoUsd()));
            parts.add(Terms.name("shares.kind", share.kind()));
            total = Terms.amount("shares", Math.addExact(total, share.nanoUsd()));
        }
        return new Charge(settle, Fingerprint.of(parts), total);
    }

    private Settlement settle(Handle handle, Charge charge) {
        String id = charge.settle().hold();
        var ended = HoldTable.end(handle, id, Hold.State.SETTLED, charge.total());
        if (ended.isEmpty()) {
            return late(handle, charge);
        }
        HoldRow hold = ended.get();
        Reservation.of(hold).release(handle, hold.nano(), charge.total());
        return enter(handle, charge, hold, charge.total(), hold.nano() - charge.total(), 0);
    }

    private Settlement late(Handle handle, Charge charge) {
        Optional<Movement> before = before(handle, charge);
        if (before.isPresent()) {
            return before.get().settlement();
        }
        HoldRow hold = closeExpired(handle, charge);
        Reservation.of(hold).charge(handle, charge.total());
        return enter(handle, charge, hold, charge.total(), 0, 0);
    }

    private Settlement unpaid(Handle handle, Charge charge) {
        Optional<Movement> before = before(handle, charge);
        if (before.isPresent()) {
            return before.get().settlement();
        }
        HoldRow hold = closeExpired(handle, charge);
        return enter(handle, charge, hold, 0, 0, charge.total());
    }

    private static Optional<Movement> before(Handle handle, Charge charge) {
        return Journal.repeated(handle, charge.settle().id(), charge.hash());
    }

    private static HoldRow closeExpired(Handle handle, Charge charge) {
        String id = charge.settle().hold();
        return HoldTable.closeExpired(handle, id, charge.total())
                .orElseThrow(() -> refused(handle, id, charge.total()));
    }

    private Settlement enter(
            Handle handle, Charge charge, HoldRow hold, long paid, long released, long unpaid) {
        Settle settle = charge.settle();
        var movement =
                Movement.of(settle.id(), Movement.Op.SETTLE, charge.hash(), books.now(), hold)
                        .withAmounts(paid, released, unpaid)
                        .withMemo(Terms.words(settle.memo()), settle.pending());
        Journal.add(handle, movement, charge.transfers(hold.account(), paid));
        return movement.settlement();
    }

    Settlement voidHold(String id, String hold) {
        Terms.id("id", id);
        Terms.id("hold", hold);
        String hash = Fingerprint.of(Movement.Op.VOID, hold);
        return books.write(handle -> voidHold(handle, id, hold, hash));
    }

    private Settlement voidHold(Handle handle, String id, String hold, String hash) {
        var ended = HoldTable.end(handle, hold, Hold.State.VOIDED, 0);
        if (ended.isEmpty()) {
            Optional<Movement> before = Journal.repeated(handle, id, hash);
            if (before.isPresent()) {
                return before.get().settlement();
            }
        }
        // One that expired is free already; from now on nothing is charged to it late either.
        HoldRow row =
                ended.or(() -> HoldTable.closeExpired(handle, hold, 0))
                        .orElseThrow(() -> ended(handle, hold));
        long released = ended.isPresent() ? row.nano() : 0;
        if (ended.isPresent()) {
            Reservation.of(row).release(handle, released, 0);
        }
        var movement =
                Movement.of(id, Movement.Op.VOID, hash, books.now(), row)
                        .withAmounts(0, released, 0);
        Journal.add(handle, movement, List.of());
        return movement.settlement();
    }

    private static ApiException refused(Handle handle, String id, long total) {
        Optional<HoldRow> hold = HoldTable.find(handle, id);
        boolean tooMuch = hold.isPresent() && !hold.get().isClosed() && total > hold.get().nano();
        if (tooMuch) {
            return InvalidRequestException.of(
                    "shares",
                    "The shares are "
                            + Usd.text(total)
                            + " dollars together, but only "
                            + Usd.text(hold.get().nano())
                            + " are held.");
        }
        return ended(handle, id);
    }

    /** Why nothing can be done to a hold: there is none, or it has ended. */
    static ApiException ended(Handle handle, String id) {
        return HoldTable.find(handle, id)
                .<ApiException>map(
                        hold ->
                                new ConflictException(
                                        "hold_ended",
                                        "The hold has ended: it is "
                                                + hold.state().name().toLowerCase(Locale.ROOT)
                                                + "."))
                .orElseGet(
                        () ->
                                InvalidRequestException.notFound(
                                        "hold_not_found", "hold", "There is no such hold."));
    }
}
