package ai.robutler.models;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What is left of one model's rate limits with one key, as the provider's answers tell.
 * Thread-safe.
 */
final class Quota {
    /** The provider's advice is followed up to here; then one call may see whether it still is. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final LongSupplier nanos;
    private final AtomicLong limitedUntil;
    private final AtomicLong emptyUntil;

    Quota() {
        this(System::nanoTime);
    }

    Quota(LongSupplier nanos) {
        this.nanos = nanos;
        this.limitedUntil = new AtomicLong(nanos.getAsLong());
        this.emptyUntil = new AtomicLong(nanos.getAsLong());
    }

    /**
     * The provider has answered 429.
     *
     * @param retryAfter its advice; zero if it gave none
     */
    void limited(Duration retryAfter) {
        later(limitedUntil, retryAfter);
    }

    /** Reads the headers of an answer. */
    void seen(Function<String, Optional<String>> header) {
        later(emptyUntil, RateLimitHeaders.usedUpFor(header, Instant.now()));
    }

    /** How long calls will be refused, by the provider's own advice. */
    Duration refused() {
        return left(limitedUntil);
    }

    /** How long a call had better go elsewhere; it may still succeed. */
    Duration pause() {
        Duration empty = left(emptyUntil);
        Duration refused = refused();
        return empty.compareTo(refused) > 0 ? empty : refused;
    }

    private void later(AtomicLong moment, Duration wait) {
        if (wait.isPositive()) {
            long until =
                    nanos.getAsLong() + (wait.compareTo(LONGEST) > 0 ? LONGEST : wait).toNanos();
            moment.accumulateAndGet(until, (a, b) -> a - b > 0 ? a : b);
        }
    }

    private Duration left(AtomicLong moment) {
        return Duration.ofNanos(Math.max(0, moment.get() - nanos.getAsLong()));
    }
}
