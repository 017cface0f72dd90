package ai.robutler.memory;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What must be done again and again: leases renewed, and what has expired removed. */
final class MemoryUpkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryUpkeep.class);
    private static final Duration SWEEP = Duration.ofMinutes(1);
    private static final Duration CLOSING = Duration.ofSeconds(5);

    /** How many facts are kept of all callers together whom nobody knows. */
    private static final int STRANGERS = 100_000;

    /** A sweep may take long; leases must not wait for it. */
    private final ScheduledExecutorService executor =
            Executors.newScheduledThreadPool(
                    2, Thread.ofPlatform().daemon().name("memory-upkeep-", 1).factory());

    private MemoryUpkeep() {}

    static MemoryUpkeep start(SessionStore sessions, FactStore facts, Duration lease) {
        var upkeep = new MemoryUpkeep();
        upkeep.every(lease.dividedBy(3), "leases of sessions", sessions::renew);
        upkeep.every(SWEEP, "expired sessions", sessions::sweep);
        upkeep.every(SWEEP, "expired facts", () -> facts.sweep(STRANGERS));
        return upkeep;
    }

    private void every(Duration pause, String what, Runnable task) {
        long millis = pause.toMillis();
        var _ =
                executor.scheduleWithFixedDelay(
                        () -> attempt(what, task), millis, millis, TimeUnit.MILLISECONDS);
    }

    /** What fails is tried again. */
    private static void attempt(String what, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.warn("Upkeep of {} failed, and is tried again: {}", what, e.getMessage());
            LOG.debug("Upkeep of {} failed", what, e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        try {
            if (!executor.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("The upkeep of memory does not end.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
