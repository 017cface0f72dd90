package ai.robutler.payments;

import ai.robutler.core.ConflictException;
import ai.robutler.core.Cost;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.payments.Ledger.Share;
import ai.robutler.payments.UnwrittenCharges.Ending;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/**
 * A hold of a run, which ends once: whoever comes first, the step that it was for or the end of the
 * run. Its ends do not throw. Thread-safe.
 */
final class OpenHold {
    private final Ledger ledger;
    private final UnwrittenCharges unwritten;
    private final Ledger.Hold hold;
    private final String request;
    private final String what;
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * @param request that it is for
     * @param what it is for, in words for people
     */
    OpenHold(
            Ledger ledger,
            UnwrittenCharges unwritten,
            Ledger.Hold hold,
            String request,
            String what) {
        this.ledger = ledger;
        this.unwritten = unwritten;
        this.hold = hold;
        this.request = request;
        this.what = what;
    }

    boolean isOpen() {
        return !ended.get();
    }

    long nanoUsd() {
        return hold.nanoUsd();
    }

    /**
     * A settlement that is due, of a hold that nobody else ends.
     *
     * @param record who owes whom how much for what
     * @param charged is told what has moved, now or later
     */
    record Due(Ledger.Settle settle, String record, LongConsumer charged) {}

    /**
     * Charges it; what is not charged is free.
     *
     * @param owed beyond what is held: nobody is charged that, it is noted
     * @param pending whether more may be owed than is known
     * @param charged is told what has moved, now or later
     * @return what has to be {@linkplain #write written}; empty where it is free, or has ended
     */
    Optional<Due> settle(List<Share> shares, long owed, boolean pending, LongConsumer charged) {
        if (shares.isEmpty() && owed == 0 && !pending) {
            free();
            return Optional.empty();
        }
        if (!ended.compareAndSet(false, true)) {
            return Optional.empty();
        }
        String memo = owed == 0 ? what : what + "; beyond the hold: " + Cost.usd(owed) + " USD";
        var settle =
                new Ledger.Settle(
                        "settle:" + hold.id(), hold.id(), shares, pending || owed > 0, memo);
        String record =
                "request %s: %s owes %s for %s, hold %s"
                        .formatted(request, hold.account(), shares, memo, hold.id());
        return Optional.of(new Due(settle, record, charged));
    }

    /** Writes what is due, together, or one by one if the ledger does not take it together. */
    static void write(Ledger ledger, UnwrittenCharges unwritten, List<Due> due) {
        if (!due.isEmpty()) {
            unwritten.write(ending(ledger, unwritten, due, () -> {}));
        }
    }

    /** The same, but does not wait for the ledger's word where its work is enough. */
    static void handOver(Ledger ledger, UnwrittenCharges unwritten, List<Due> due) {
        if (!due.isEmpty()) {
            unwritten.handOver(handedOver -> ending(ledger, unwritten, due, handedOver));
        }
    }

    private static Ending ending(
            Ledger ledger, UnwrittenCharges unwritten, List<Due> due, Runnable handedOver) {
        return Ending.of(
                String.join("; ", due.stream().map(Due::record).toList()),
                () -> write(ledger, unwritten, due, handedOver));
    }

    private static void write(
            Ledger ledger, UnwrittenCharges unwritten, List<Due> due, Runnable handedOver) {
        List<Ledger.Settlement> settlements;
        try {
            settlements = ledger.settleAll(due.stream().map(Due::settle).toList(), handedOver);
        } catch (ConflictException | InvalidRequestException | PaymentRequiredException e) {
            if (due.size() == 1) {
                throw e;
            }
            due.forEach(each -> write(ledger, unwritten, List.of(each)));
            return;
        }
        for (int i = 0; i < due.size(); i++) {
            due.get(i).charged().accept(settlements.get(i).chargedNanoUsd());
        }
    }

    /** Frees all of it. */
    void free() {
        if (ended.compareAndSet(false, true)) {
            unwritten.write(freeing(ledger, hold.id()));
        }
    }

    static Ending freeing(Ledger ledger, String hold) {
        return Ending.free(hold, () -> ledger.voidHold("void:" + hold, hold));
    }
}
