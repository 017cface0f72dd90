package ai.robutler.payments;

import ai.robutler.core.Cost;
import ai.robutler.payments.Ledger.Share;
import ai.robutler.payments.SharedHolds.SharedHold;
import ai.robutler.payments.UnwrittenCharges.Ending;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * A hold of a run, or its part of one that it shares with others. It ends once: whoever comes
 * first, the step that it was for or the end of the run. Its ends do not throw. Thread-safe.
 */
final class OpenHold {
    private final Ledger ledger;
    private final UnwrittenCharges unwritten;
    private final Ledger.Hold hold;
    private final Optional<SharedHold> shared;
    private final String request;
    private final String what;
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * @param hold of its own, or a part of the shared one
     * @param request that it is for
     * @param what it is for, in words for people
     */
    OpenHold(
            Ledger ledger,
            UnwrittenCharges unwritten,
            Ledger.Hold hold,
            Optional<SharedHold> shared,
            String request,
            String what) {
        this.ledger = ledger;
        this.unwritten = unwritten;
        this.hold = hold;
        this.shared = shared;
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
    record Due(
            Ledger.Settle settle,
            String record,
            LongConsumer charged,
            Optional<SharedHold> shared) {
        /** In the order in which the run began them. */
        private static final Comparator<Due> ORDER =
                Comparator.<Due>comparingInt(each -> each.settle.id().length())
                        .thenComparing(each -> each.settle.id());

        private long total() {
            return settle.shares().stream().mapToLong(Share::nanoUsd).sum();
        }

        private boolean fits(Due other) {
            return shared.isPresent()
                    && shared.equals(other.shared)
                    && settle.shares().size() + other.settle.shares().size() <= Charge.MOST_SHARES;
        }

        /** Both as one part, by the first one's name. All of it is charged, or nothing. */
        private Due with(Due next) {
            var both =
                    new Ledger.Settle(
                            settle.id(),
                            settle.hold(),
                            Stream.concat(settle.shares().stream(), next.settle.shares().stream())
                                    .toList(),
                            settle.pending() || next.settle.pending(),
                            settle.memo() + "; " + next.settle.memo(),
                            settle.partFor());
            long total = total();
            long nextTotal = next.total();
            LongConsumer told =
                    nano -> {
                        charged.accept(nano == 0 ? 0 : total);
                        next.charged.accept(nano == 0 ? 0 : nextTotal);
                    };
            return new Due(both, record + "; " + next.record, told, shared);
        }

        /** What is taken of one hold is one movement. */
        private static List<Due> together(List<Due> all) {
            var together = new ArrayList<Due>();
            for (Due each : all.stream().sorted(ORDER).toList()) {
                if (!together.isEmpty() && together.getLast().fits(each)) {
                    together.add(together.removeLast().with(each));
                } else {
                    together.add(each);
                }
            }
            return together;
        }
    }

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
        return Optional.of(due(shares, owed, pending, charged));
    }

    private Due due(List<Share> shares, long owed, boolean pending, LongConsumer charged) {
        String memo = owed == 0 ? what : what + "; beyond the hold: " + Cost.usd(owed) + " USD";
        var settle =
                new Ledger.Settle(
                        "settle:" + hold.id(),
                        shared.map(SharedHold::id).orElse(hold.id()),
                        shares,
                        pending || owed > 0,
                        memo,
                        shared.map(_ -> request));
        String record =
                "request %s: %s owes %s for %s, hold %s"
                        .formatted(request, hold.account(), shares, memo, settle.hold());
        var told = new AtomicBoolean();
        return new Due(
                settle,
                record,
                nano -> {
                    // It may be written more than once, and is charged once.
                    if (told.compareAndSet(false, true)) {
                        charged.accept(nano);
                        shared.ifPresent(all -> all.ended(hold.nanoUsd(), nano));
                    }
                },
                shared);
    }

    /** Writes what is due, together, or one by one if the ledger does not take it together. */
    static void write(Ledger ledger, UnwrittenCharges unwritten, List<Due> due) {
        if (!due.isEmpty()) {
            unwritten.write(ending(ledger, unwritten, Due.together(due), () -> {}));
        }
    }

    /** The same, but does not wait for the ledger's word where its work is enough. */
    static void handOver(Ledger ledger, UnwrittenCharges unwritten, List<Due> due) {
        if (!due.isEmpty()) {
            List<Due> together = Due.together(due);
            unwritten.handOver(handedOver -> ending(ledger, unwritten, together, handedOver));
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
        } catch (RuntimeException e) {
            retireShared(due);
            if (due.size() == 1 || !UnwrittenCharges.isFinal(e)) {
                throw e;
            }
            due.forEach(each -> write(ledger, unwritten, List.of(each)));
            return;
        }
        for (int i = 0; i < due.size(); i++) {
            due.get(i).charged().accept(settlements.get(i).chargedNanoUsd());
        }
    }

    /** What the ledger does not charge may not be there: no other run is to count on it. */
    private static void retireShared(List<Due> due) {
        due.forEach(each -> each.shared().ifPresent(SharedHold::retire));
    }

    /** Frees all of it. */
    void free() {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        if (shared.isPresent()) {
            // A charge of nothing: the books tell of each request that was not charged.
            Due due = due(List.of(), 0, false, _ -> {});
            unwritten.write(
                    Ending.free(hold.id(), () -> write(ledger, unwritten, List.of(due), () -> {})));
        } else {
            unwritten.write(freeing(ledger, hold.id()));
        }
    }

    static Ending freeing(Ledger ledger, String hold) {
        return Ending.free(hold, () -> ledger.voidHold("void:" + hold, hold));
    }
}
