package ai.robutler.testkit;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Waits of tests; an interrupted one ends with an {@link IllegalStateException}. */
final class Waiting {

    private Waiting() {}

    static boolean forLatch(CountDownLatch latch, Duration timeout) {
        try {
            return latch.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Waits for a state that the lock guards and the condition announces; the caller holds the
     * lock.
     */
    static boolean until(
            BooleanSupplier state, ReentrantLock lock, Condition changed, Duration timeout) {
        assert lock.isHeldByCurrentThread();
        long left = timeout.toNanos();
        try {
            while (!state.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while waiting", e);
    }
}
