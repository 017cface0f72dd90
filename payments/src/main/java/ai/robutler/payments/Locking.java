package ai.robutler.payments;

import ai.robutler.payments.Ledger.Hold;
import ai.robutler.payments.Ledger.Lock;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** Sets amounts aside, and changes how much is set aside. */
final class Locking implements Together.Step<Opening, Locking.Held> {
    private final Books books;
    private final Together<Opening, Held> together;
    private final Rooms rooms = new Rooms();

    /**
     * @param left room for so much more, at least, when it was opened
     */
    record Held(Hold hold, long left) {}

    Locking(Books books) {
        this.books = books;
        this.together = Together.of(this);
    }

    /** All of them, or none. */
    List<Hold> lock(List<Lock> locks) {
        locks.forEach(Opening::check);
        long now = books.now();
        // Mostly all are of one token.
        var claims = new HashMap<String, TokenText.Claims>();
        for (Lock lock : locks) {
            claims.computeIfAbsent(lock.token(), books.tokens()::verify);
        }
        List<Opening> openings =
                locks.stream()
                        .map(
                                each ->
                                        Opening.of(
                                                each,
                                                Objects.requireNonNull(claims.get(each.token())),
                                                now))
                        .toList();
        return claims.size() == 1 ? remembered(openings) : holds(together.run(openings));
    }

    private List<Hold> remembered(List<Opening> openings) {
        String whose = whose(openings.getFirst().lock().token(), openings.getFirst().budgets());
        long asked = System.nanoTime();
        try {
            List<Held> held = together.run(openings);
            if (openings.getLast().lock().budgets().stream().noneMatch(Ledger.Limit::isOfRun)) {
                rooms.keep(whose, held.getLast().left(), asked);
            }
            return holds(held);
        } catch (RuntimeException e) {
            rooms.forget(whose);
            throw e;
        }
    }

    static List<Held> held(List<Opening> openings, long left) {
        return openings.stream().map(each -> new Held(each.hold(), left)).toList();
    }

    private static List<Hold> holds(List<Held> held) {
        return held.stream().map(Held::hold).toList();
    }

    /** For how much more there was room some seconds ago; 0 if that is not known. */
    long room(String token, List<Ledger.Limit> budgets) {
        return rooms.left(whose(token, BudgetTable.names(BudgetTable.rooms(budgets, books.now()))));
    }

    private static String whose(String token, String budgets) {
        return token + '\n' + budgets;
    }

    @Override
    public List<Held> alone(List<Opening> openings) {
        try {
            return shared(openings);
        } catch (RuntimeException e) {
            if (!Unusual.is(e)) {
                throw e;
            }
        }
        try {
            return books.setAside(handle -> open(handle, openings));
        } catch (NotEnough e) {
            throw e.refusal();
        }
    }

    @Override
    public List<Held> shared(List<Opening> openings) {
        return books.once(
                books.isPostgres()
                        ? PostgresMovements.lock(openings, books.now())
                        : SqliteMovements.lock(openings, books.now()),
                true);
    }

    @Override
    public Predicate<Opening> spared(Throwable failure) {
        Predicate<String> holds = Unusual.spared(failure);
        return opening -> holds.test(opening.lock().id());
    }

    private List<Held> open(Handle handle, List<Opening> openings) {
        var holds = new ArrayList<Held>();
        openings.forEach(each -> holds.add(new Held(open(handle, each), 0)));
        return holds;
    }

    private Hold open(Handle handle, Opening opening) {
        var opened = HoldTable.open(handle, opening);
        if (opened.isEmpty()) {
            return repeated(handle, opening);
        }
        long nano = opening.lock().nanoUsd();
        TokenTable.hold(handle, opened.get(), nano, books.now());
        AccountTable.hold(handle, opening.token().account(), nano);
        BudgetTable.hold(handle, opening.rooms(), nano);
        return opening.hold();
    }

    private static Hold repeated(Handle handle, Opening opening) {
        TokenText.Claims token = opening.token();
        var before = HoldTable.find(handle, opening.lock().id());
        if (before.isPresent()) {
            if (!before.get().hash().equals(opening.hash())) {
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
