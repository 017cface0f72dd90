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
    private static final long SPREAD_NANOS = Duration.ofSeconds(1).toNanos();

    Attempts {
        if (most < 1) {
            throw new IllegalArgumentException("at least one attempt is needed, not " + most);
        }
    }

    static Attempts of(int most) {
        return new Attempts(most, Duration.ofMillis(500), Duration.ofSeconds(8));
    }

    /**
     * The result of the first attempt that succeeds. Where whoever calls has a budget of its own
     * (see {@link Budget}), there is one attempt: repetition is for the caller to decide.
     *
     * @throws ProviderException of the last attempt, when no other is left, or its pause would not
     *     end before the deadline
     * @throws CancelledException if the thread is interrupted during a pause
     */
    <T> T run(Deadline deadline, Supplier<T> call) {
        if (Budget.isShared()) {
            return call.get();
        }
        var budget = new Budget(most);
        return budget.share(() -> run(budget, deadline, call));
    }

    private <T> T run(Budget budget, Deadline deadline, Supplier<T> call) {
        boolean _ = budget.take();
        for (int attempt = 1; ; attempt++) {
            try {
                return call.get();
            } catch (ProviderException.Transient e) {
                Duration pause = pause(attempt, e.retryAfter());
                if (deadline.remaining().compareTo(pause) <= 0 || !budget.take()) {
                    throw e;
                }
                LOG.debug("attempt {} of {}: {}", attempt, most, e.getMessage());
                sleep(pause);
            }
        }
    }

    /**
     * How long to wait before the next attempt.
     *
     * @param attempt the number of the one that failed, from 1
     * @param advised by the provider, zero if it gave no advice; a little is added, so that not all
     *     come back at the same moment
     */
    Duration pause(int attempt, Duration advised) {
        if (advised.isPositive()) {
            return advised.plus(random(Math.min(advised.toNanos() / 10, SPREAD_NANOS)));
        }
        Duration ceiling = firstPause.multipliedBy(1L << Math.min(attempt - 1, 20));
        return random(Math.min(ceiling.toNanos(), longestPause.toNanos()));
    }

    private static Duration random(long mostNanos) {
        return Duration.ofNanos(
                mostNanos <= 0 ? 0 : ThreadLocalRandom.current().nextLong(mostNanos));
    }

    /**
     * @throws CancelledException if the thread is interrupted
     */
    static void sleep(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted between two attempts");
        }
    }
}
