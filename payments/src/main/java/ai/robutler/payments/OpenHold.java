package ai.robutler.payments;

import ai.robutler.core.Cost;
import ai.robutler.payments.Ledger.Share;
import ai.robutler.payments.UnwrittenCharges.Ending;

import java.util.List;
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

    long nanoUsd() {
        return hold.nanoUsd();
    }

    /**
     * Charges it; what is not charged is free.
     *
     * @param owed beyond what is held: nobody is charged that, it is noted
     * @param pending whether more may be owed than is known
     * @param charged is told what has moved, now or later
     */
    void settle(List<Share> shares, long owed, boolean pending, LongConsumer charged) {
        if (shares.isEmpty() && owed == 0 && !pending) {
            free();
            return;
        }
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        String memo = owed == 0 ? what : what + "; beyond the hold: " + Cost.usd(owed) + " USD";
        var settle =
                new Ledger.Settle(
                        "settle:" + hold.id(), hold.id(), shares, pending || owed > 0, memo);
        unwritten.write(
                Ending.of(
                        "request %s: %s owes %s for %s, hold %s"
                                .formatted(request, hold.account(), shares, memo, hold.id()),
                        () -> charged.accept(ledger.settle(settle).chargedNanoUsd())));
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
