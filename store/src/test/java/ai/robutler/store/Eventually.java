package ai.robutler.store;

import ai.robutler.core.Deadline;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting in tests, with an end. */
final class Eventually {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Eventually() {}

    static void until(BooleanSupplier condition) {
        Deadline deadline = Deadline.after(LONGEST);
        while (!condition.getAsBoolean()) {
            if (deadline.hasPassed()) {
                throw new AssertionError("not within " + LONGEST);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("not within " + LONGEST);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs it on a virtual thread. */
    static <T> CompletableFuture<T> async(Callable<T> call) {
        var future = new CompletableFuture<T>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                future.complete(call.call());
                            } catch (Throwable thrown) {
                                future.completeExceptionally(thrown);
                            }
                        });
        return future.orTimeout(LONGEST.toSeconds(), TimeUnit.SECONDS);
    }
}
