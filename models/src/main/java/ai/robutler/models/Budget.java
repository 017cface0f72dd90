package ai.robutler.models;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * How often one model call may be tried, whoever tries it: the router with its fallbacks, a
 * provider with its retries, the connection that was closed before the request arrived. It goes
 * down with the call on the calling thread. Thread-safe.
 */
final class Budget {
    private static final ScopedValue<Budget> CURRENT = ScopedValue.newInstance();

    private final AtomicInteger left;

    Budget(int attempts) {
        left = new AtomicInteger(attempts);
    }

    /** Whether somebody above has a budget already, and decides on repetition. */
    static boolean isShared() {
        return CURRENT.isBound();
    }

    /** One attempt more below the decision of whoever has the budget; nobody has: no limit. */
    static boolean takeFromShared() {
        return !CURRENT.isBound() || CURRENT.get().take();
    }

    /** Whether one more attempt may be made; it is, then. */
    boolean take() {
        return left.getAndUpdate(now -> Math.max(0, now - 1)) > 0;
    }

    /** The attempt was not made after all. */
    void giveBack() {
        left.incrementAndGet();
    }

    int left() {
        return left.get();
    }

    boolean isUsedUp() {
        return left.get() == 0;
    }

    /** Makes the call with this budget in sight of everything below. */
    <T> T share(Supplier<T> call) {
        return ScopedValue.where(CURRENT, this).call(call::get);
    }
}
