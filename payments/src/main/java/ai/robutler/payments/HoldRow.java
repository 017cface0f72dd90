package ai.robutler.payments;

import ai.robutler.payments.Ledger.Hold;

import java.time.Instant;
import java.util.List;

/**
 * A hold as the database has it.
 *
 * @param lineage the tokens that it is held of, the child first
 * @param budgets the rows of the budgets that it is held of, in the order of their names
 * @param prior what it held before its last change
 * @param lockedNano what it held at first
 * @param lockedExpires until when it held at first
 * @param isClosed whether nothing can be charged to it any more, not even late
 */
record HoldRow(
        String id,
        String hash,
        String account,
        List<String> lineage,
        String agent,
        String reference,
        List<String> budgets,
        long nano,
        long prior,
        long expires,
        long lockedNano,
        long lockedExpires,
        Hold.State state,
        boolean isClosed) {
    HoldRow {
        lineage = List.copyOf(lineage);
        budgets = List.copyOf(budgets);
    }

    Hold hold() {
        return new Hold(id, account, nano, state, Instant.ofEpochMilli(expires));
    }

    /** As it was answered first. */
    Hold asLocked() {
        return new Hold(
                id, account, lockedNano, Hold.State.OPEN, Instant.ofEpochMilli(lockedExpires));
    }
}
