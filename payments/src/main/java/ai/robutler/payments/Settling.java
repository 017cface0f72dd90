package ai.robutler.payments;

import ai.robutler.core.ApiException;
import ai.robutler.core.ConflictException;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.payments.Journal.Transfer;
import ai.robutler.payments.Ledger.Hold;
import ai.robutler.payments.Ledger.Settle;
import ai.robutler.payments.Ledger.Settlement;

import org.jdbi.v3.core.Handle;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Ends holds, and takes parts of them. What comes after a hold expired is charged all the same if
 * there still is room and money for it, and is written down as unpaid if not: nobody works without
 * a record.
 */
final class Settling implements Together.Step<Charge, Settlement> {
    private final Books books;
    private final Together<Charge, Settlement> together;

    Settling(Books books) {
        this.books = books;
        this.together = Together.of(this);
    }

    /**
     * All of them, or none.
     *
     * @param handedOver is run when the database server has got them, if that can be told
     */
    List<Settlement> settle(List<Settle> settles, Runnable handedOver) {
        return together.run(settles.stream().map(each -> Charge.of(each, handedOver)).toList());
    }

    @Override
    public List<Settlement> alone(List<Charge> charges) {
        try {
            return shared(charges);
        } catch (RuntimeException e) {
            if (!Unusual.is(e)) {
                throw e;
            }
        }
        try {
            return books.spend(handle -> end(handle, charges));
        } catch (NotEnough e) {
            // Only what comes late asks whether there is enough.
            if (charges.size() > 1) {
                return charges.stream().map(each -> alone(List.of(each)).getFirst()).toList();
            }
            Settlement unpaid = books.write(handle -> unpaid(handle, charges.getFirst()));
            return List.of(unpaid);
        }
    }

    @Override
    public List<Settlement> shared(List<Charge> charges) {
        return books.once(
                books.isPostgres()
                        ? PostgresMovements.settle(charges, books.now())
                        : SqliteMovements.settle(charges, books.now()),
                false);
    }

    @Override
    public Predicate<Charge> spared(Throwable failure) {
        Predicate<String> spared = Unusual.spared(failure);
        return charge -> spared.test(charge.settle().hold()) && spared.test(charge.settle().id());
    }

    private List<Settlement> end(Handle handle, List<Charge> charges) {
        var credits = new TreeMap<String, Long>();
        var settlements = new ArrayList<Settlement>();
        charges.forEach(each -> settlements.add(settle(handle, each, credits)));
        AccountTable.credit(handle, credits, books.shard(charges.getFirst().settle().id()));
        return settlements;
    }

    private Settlement settle(Handle handle, Charge charge, SortedMap<String, Long> credits) {
        String id = charge.settle().hold();
        long total = charge.total();
        // The hold that a part was taken of is open still: it does not tell a repetition.
        Optional<Movement> before = charge.isPart() ? before(handle, charge) : Optional.empty();
        if (before.isPresent()) {
            return before.get().settlement();
        }
        var ended =
                charge.isPart()
                        ? HoldTable.take(handle, id, total)
                        : HoldTable.end(handle, id, Hold.State.SETTLED, total);
        if (ended.isEmpty()) {
            return late(handle, charge, credits);
        }
        HoldRow hold = ended.get();
        long held = charge.isPart() ? total : hold.nano();
        Reservation.of(hold).release(handle, held, total);
        List<Transfer> transfers = charge.transfers(hold.account(), total);
        Journal.addTo(credits, transfers);
        return enter(handle, charge, hold, transfers, total, held - total, 0);
    }

    private Settlement late(Handle handle, Charge charge, SortedMap<String, Long> credits) {
        Optional<Movement> before = before(handle, charge);
        if (before.isPresent()) {
            return before.get().settlement();
        }
        HoldRow hold = ofExpired(handle, charge, charge.total());
        Reservation.of(hold).charge(handle, charge.total());
        List<Transfer> transfers = charge.transfers(hold.account(), charge.total());
        Journal.addTo(credits, transfers);
        return enter(handle, charge, hold, transfers, charge.total(), 0, 0);
    }

    private Settlement unpaid(Handle handle, Charge charge) {
        Optional<Movement> before = before(handle, charge);
        if (before.isPresent()) {
            return before.get().settlement();
        }
        HoldRow hold = ofExpired(handle, charge, 0);
        List<Transfer> transfers = charge.transfers(hold.account(), 0);
        return enter(handle, charge, hold, transfers, 0, 0, charge.total());
    }

    private static Optional<Movement> before(Handle handle, Charge charge) {
        return Journal.repeated(handle, charge.settle().id(), charge.hash());
    }

    /**
     * A hold that expired, closed; or less a part of it: the other parts may be charged late, too.
     *
     * @param paid of the charge
     */
    private static HoldRow ofExpired(Handle handle, Charge charge, long paid) {
        String id = charge.settle().hold();
        var hold =
                charge.isPart()
                        ? HoldTable.takeExpired(handle, id, paid)
                        : HoldTable.closeExpired(handle, id, charge.total());
        return hold.orElseThrow(() -> refused(handle, id, charge.total()));
    }

    private Settlement enter(
            Handle handle,
            Charge charge,
            HoldRow hold,
            List<Transfer> transfers,
            long paid,
            long released,
            long unpaid) {
        Settle settle = charge.settle();
        var movement =
                Movement.of(settle.id(), charge.op(), charge.hash(), books.now(), hold)
                        .withReference(charge.isPart() ? charge.partFor() : hold.reference())
                        .withAmounts(paid, released, unpaid)
                        .withMemo(charge.memo(), settle.pending());
        Journal.add(handle, movement, transfers);
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
