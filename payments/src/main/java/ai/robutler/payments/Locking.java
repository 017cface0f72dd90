package ai.robutler.payments;

import ai.robutler.core.InvalidRequestException;
import ai.robutler.payments.Ledger.Hold;
import ai.robutler.payments.Ledger.Lock;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** Sets amounts aside, and changes how much is set aside. */
record Locking(Books books) {

    Hold lock(Lock lock) {
        check(lock);
        TokenText.Claims token = books.tokens().verify(lock.token());
        String hash = hash(lock, token.id());
        try {
            return books.setAside(handle -> lock(handle, lock, token, hash));
        } catch (NotEnough e) {
            throw e.refusal();
        }
    }

    private Hold lock(Handle handle, Lock lock, TokenText.Claims token, String hash) {
        long now = books.now();
        SortedMap<String, BudgetTable.Room> rooms = BudgetTable.rooms(lock.budgets(), now);
        long expires = now + lock.lifetime().toMillis();
        var opened = HoldTable.open(handle, lock, token, hash, rooms.keySet(), expires);
        if (opened.isEmpty()) {
            return repeated(handle, lock, token, hash);
        }
        HoldRow hold = opened.get();
        TokenTable.hold(handle, hold.lineage(), hold.nano(), now);
        AccountTable.hold(handle, hold.account(), hold.nano());
        BudgetTable.hold(handle, rooms, hold.nano());
        return hold.hold();
    }

    private static Hold repeated(Handle handle, Lock lock, TokenText.Claims token, String hash) {
        var before = HoldTable.find(handle, lock.id());
        if (before.isPresent()) {
            if (!before.get().hash().equals(hash)) {
                throw Journal.reused();
            }
            return before.get().asLocked();
        }
        TokenRow row = TokenTable.find(handle, token.id()).orElseThrow(TokenTable::unknown);
        if (!row.account().equals(token.account())) {
            throw TokenTable.unknown();
        }
        throw TokenTable.otherAgent();
    }

    private static void check(Lock lock) {
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

    Hold adjust(String id, String hold, long nanoUsd, Duration lifetime) {
        Terms.id("id", id);
        Terms.id("hold", hold);
        Terms.amount("amount", nanoUsd);
        Terms.lifetime("lifetime", lifetime, Terms.LONGEST_HOLD);
        String hash = Fingerprint.of(Movement.Op.ADJUST, hold, nanoUsd, lifetime);
        try {
            return books.spend(handle -> adjust(handle, id, hold, nanoUsd, lifetime, hash));
        } catch (NotEnough e) {
            throw e.refusal();
        }
    }

    private Hold adjust(
            Handle handle, String id, String hold, long nanoUsd, Duration lifetime, String hash) {
        var before = Journal.repeated(handle, id, hash);
        if (before.isPresent()) {
            Movement done = before.get();
            return new Hold(
                    hold,
                    done.account(),
                    done.held(),
                    Hold.State.OPEN,
                    Instant.ofEpochMilli(done.expires()));
        }
        long now = books.now();
        HoldRow row =
                HoldTable.change(handle, hold, nanoUsd, now + lifetime.toMillis())
                        .orElseThrow(() -> Settling.ended(handle, hold));
        long more = Math.subtractExact(row.nano(), row.prior());
        if (more > 0) {
            Reservation.of(row).holdMore(handle, more, now);
        } else if (more < 0) {
            Reservation.of(row).release(handle, -more, 0);
        }
        var movement =
                Movement.of(id, Movement.Op.ADJUST, hash, now, row)
                        .withHold(row.nano(), row.expires());
        Journal.add(handle, movement, List.of());
        return row.hold();
    }
}
