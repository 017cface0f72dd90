package ai.robutler.server;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Asks a part of the program how it is: one check at a time, and none while the last answer is
 * fresh, however many want to know. Thread-safe.
 */
final class Checkup {
    static final Duration FRESH = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Checkup.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Health LATE = Health.down("no answer in time");

    /**
     * @param done when the answer was there
     */
    private record Answer(Health health, long done) {
        boolean isFresh() {
            return System.nanoTime() - done < FRESH.toNanos();
        }
    }

    private final HealthComponent component;
    private final ReentrantLock lock = new ReentrantLock();
    private CompletableFuture<Answer> last = new CompletableFuture<>();
    private @Nullable Thread check;

    Checkup(HealthComponent component) {
        this.component = component;
    }

    HealthComponent component() {
        return component;
    }

    /** The answer, within two seconds; a check that takes longer is interrupted. */
    CompletableFuture<Health> health() {
        lock.lock();
        try {
            // A check that hangs on after its time is not joined by a second one.
            boolean goesOn = check != null && check.isAlive();
            boolean isFresh = last.isDone() && last.join().isFresh();
            if (!goesOn && !isFresh) {
                begin();
            }
            return last.thenApply(Answer::health);
        } finally {
            lock.unlock();
        }
    }

    private void begin() {
        var answer = new CompletableFuture<Answer>();
        Thread thread =
                Thread.ofVirtual()
                        .name("health-" + component.name())
                        .start(() -> answer.complete(answered(ask())));
        CompletableFuture<Health> bounded =
                answer.thenApply(Answer::health)
                        .completeOnTimeout(LATE, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        last = bounded.whenComplete((_, _) -> thread.interrupt()).thenApply(Checkup::answered);
        check = thread;
    }

    private static Answer answered(Health health) {
        return new Answer(health, System.nanoTime());
    }

    private Health ask() {
        try {
            return component.check();
        } catch (RuntimeException e) {
            LOG.warn("the health check of {} failed", component.name(), e);
            return Health.down("the check failed");
        }
    }
}
