package ai.robutler.search;

import ai.robutler.core.Deadline;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting in tests, with an end. */
final class Eventually {
    private Eventually() {}

    static void until(BooleanSupplier condition) {
        within(Duration.ofSeconds(30), condition);
    }

    static void within(Duration longest, BooleanSupplier condition) {
        Deadline deadline = Deadline.after(longest);
        while (!condition.getAsBoolean()) {
            if (deadline.hasPassed()) {
                throw new AssertionError("not within " + longest);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}
