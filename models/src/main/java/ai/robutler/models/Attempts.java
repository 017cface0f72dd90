package ai.robutler.models;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.core.ProviderException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Repeats a call whose failure may pass: one budget of attempts and one deadline for all of it.
 * Between two attempts it waits for as long as the provider advised, or else for a random part of a
 * time that doubles.
 *
 * @param most how many attempts in all, 1 for no repetition
 * @param firstPause the longest pause before the second attempt
 * @param longestPause which no pause of ours exceeds
 */
record Attempts(int most, Duration firstPause, Duration longestPause) {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    Attempts {
        if (most < 1) {
            throw new IllegalArgumentException("at least one attempt is needed, not " + most);
        }
    }

    static Attempts of(int most) {
        return new Attempts(most, Duration.ofMillis(500), Duration.ofSeconds(8));
    }

    /**
     * The result of the first attempt that succeeds.
     *
     * @throws ProviderException of the last attempt, when no other is left, or its pause would not
     *     end before the deadline
     * @throws CancelledException if the thread is interrupted during a pause
     */
    <T> T run(Deadline deadline, Supplier<T> call) {
        for (int attempt = 1; ; attempt++) {
            try {
                return call.get();
            } catch (ProviderException.Transient e) {
                Duration pause = pause(attempt, e.retryAfter());
                if (attempt == most || deadline.remaining().compareTo(pause) <= 0) {
                    throw e;
                }
                LOG.debug("attempt {} of {}: {}", attempt, most, e.getMessage());
                sleep(pause);
            }
        }
    }

    private Duration pause(int attempt, Duration advised) {
        if (advised.isPositive()) {
            return advised;
        }
        Duration ceiling = firstPause.multipliedBy(1L << Math.min(attempt - 1, 20));
        long nanos = Math.min(ceiling.toNanos(), longestPause.toNanos());
        return Duration.ofNanos(nanos == 0 ? 0 : ThreadLocalRandom.current().nextLong(nanos));
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted between two attempts");
        }
    }
}
