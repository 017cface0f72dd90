package ai.robutler.payments;

import ai.robutler.core.InvalidRequestException;
import ai.robutler.payments.Journal.Transfer;
import ai.robutler.payments.Ledger.Hold;
import ai.robutler.payments.Ledger.Settle;
import ai.robutler.payments.Ledger.Settlement;
import ai.robutler.payments.Ledger.Share;

import java.util.ArrayList;
import java.util.List;

/**
 * A settlement that is to be made, understood.
 *
 * @param hash of its content
 * @param total of its shares
 * @param handedOver is run when the database server has got it, if that can be told
 */
record Charge(Settle settle, String hash, long total, Runnable handedOver) {
    static final int MOST_SHARES = 16;

    static Charge of(Settle settle, Runnable handedOver) {
        Terms.id("id", settle.id());
        Terms.id("hold", settle.hold());
        if (settle.partFor().stream().anyMatch(String::isBlank)) {
            throw InvalidRequestException.of("part_for", "part_for must name a request.");
        }
        if (settle.shares().size() > MOST_SHARES) {
            throw InvalidRequestException.of("shares", "shares must be at most 16.");
        }
        var parts = new ArrayList<Object>();
        parts.add(op(settle));
        parts.add(settle.hold());
        parts.add(settle.pending());
        parts.add(settle.memo());
        settle.partFor().ifPresent(parts::add);
        long total = 0;
        for (Share share : settle.shares()) {
            parts.add(Terms.account("shares.account", share.account()));
            parts.add(Terms.amount("shares.amount", share.nanoUsd()));
            parts.add(Terms.name("shares.kind", share.kind()));
            total = Terms.amount("shares", Math.addExact(total, share.nanoUsd()));
        }
        return new Charge(settle, Fingerprint.of(parts), total, handedOver);
    }

    boolean isPart() {
        return settle.partFor().isPresent();
    }

    /** The request that a part is taken for; empty where the hold ends. */
    String partFor() {
        return settle.partFor().map(Terms::words).orElse("");
    }

    Movement.Op op() {
        return op(settle);
    }

    private static Movement.Op op(Settle settle) {
        return settle.partFor().isPresent() ? Movement.Op.CAPTURE : Movement.Op.SETTLE;
    }

    /** The hold's, afterwards. */
    Hold.State state() {
        return isPart() ? Hold.State.OPEN : Hold.State.SETTLED;
    }

    /**
     * What comes of it.
     *
     * @param freed how much is not held any more
     */
    Settlement settlement(long freed) {
        return new Settlement(settle.hold(), total, freed - total, state());
    }

    long pending() {
        return settle.pending() ? 1 : 0;
    }

    String memo() {
        return Terms.words(settle.memo());
    }

    /**
     * What moves.
     *
     * @param paid all of it or nothing
     */
    List<Transfer> transfers(String payer, long paid) {
        var transfers = new ArrayList<Transfer>();
        for (Share share : settle.shares()) {
            if (share.nanoUsd() > 0 && paid > 0) {
                transfers.add(new Transfer(payer, share.account(), share.nanoUsd(), share.kind()));
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
