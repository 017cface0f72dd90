package ai.robutler.payments;

import ai.robutler.core.InvalidRequestException;
import ai.robutler.payments.Ledger.Hold;
import ai.robutler.payments.Ledger.Lock;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.SortedMap;

/**
 * A hold that is to be opened, understood.
 *
 * @param hash of its content
 * @param rooms the rows of its budgets, in the order of their names
 * @param expires until when it holds
 */
record Opening(
        Lock lock,
        TokenText.Claims token,
        String hash,
        SortedMap<String, BudgetTable.Room> rooms,
        long expires) {
    Opening {
        rooms = Collections.unmodifiableSortedMap(rooms);
    }

    static Opening of(Lock lock, TokenText.Claims token, long now) {
        return new Opening(
                lock,
                token,
                hash(lock, token.id()),
                BudgetTable.rooms(lock.budgets(), now),
                now + lock.lifetime().toMillis());
    }

    /** Before anything is asked of the token. */
    static void check(Lock lock) {
        Terms.id("id", lock.id());
        Terms.amount("amount", lock.nanoUsd());
        Terms.lifetime("lifetime", lock.lifetime(), Terms.LONGEST_HOLD);
        Terms.name("agent", lock.agent());
        if (lock.budgets().size() > 16) {
            throw InvalidRequestException.of("budgets", "budgets must be at most 16.");
        }
        for (Ledger.Limit limit : lock.budgets()) {
            Terms.name("budgets.subject", limit.subject());
            Terms.name("budgets.run", limit.run());
        }
    }

    private static String hash(Lock lock, String token) {
        var parts = new ArrayList<Object>();
        parts.add(token);
        parts.add(lock.agent());
        parts.add(lock.nanoUsd());
        parts.add(lock.lifetime());
        parts.add(lock.reference());
        for (Ledger.Limit limit : lock.budgets()) {
            parts.add(limit.subject());
            parts.add(limit.budget().period());
            parts.add(limit.budget().nanoUsd());
            parts.add(limit.run());
        }
        return Fingerprint.of(parts);
    }

    String reference() {
        return Terms.words(lock.reference());
    }

    String budgets() {
        return BudgetTable.names(rooms);
    }

    /** As it is once it is open. */
    Hold hold() {
        return new Hold(
                lock.id(),
                token.account(),
                lock.nanoUsd(),
                Hold.State.OPEN,
                Instant.ofEpochMilli(expires));
    }
}
