package ai.robutler.nli;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Keeps calls from a target that has failed several times in a row: for a rest that doubles each
 * time, after which one call at a time tries again. Thread-safe.
 */
final class Breaker {
    static final int FAULTS = 5;
    private static final Duration FIRST_REST = Duration.ofSeconds(5);
    private static final int DOUBLINGS = 4;

    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private int faults;
    private int rests;
    private long restUntil;
    private boolean probing;

    Breaker(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** How long to stay away: zero where a call may be made, which then must be {@link #end}ed. */
    Duration enter() {
        lock.lock();
        try {
            if (faults < FAULTS) {
                return Duration.ZERO;
            }
            long left = restUntil - nanos.getAsLong();
            if (left > 0) {
                return Duration.ofNanos(left);
            }
            if (probing) {
                return Duration.ofSeconds(1);
            }
            probing = true;
            return Duration.ZERO;
        } finally {
            lock.unlock();
        }
    }

    enum Outcome {
        ANSWERED,
        FAULT,
        /** The caller left, or never asked: it tells nothing. */
        NEITHER
    }

    void end(Outcome outcome) {
        lock.lock();
        try {
            probing = false;
            switch (outcome) {
                case ANSWERED -> {
                    faults = 0;
                    rests = 0;
                }
                case FAULT -> {
                    faults++;
                    if (faults >= FAULTS) {
                        restUntil =
                                nanos.getAsLong()
                                        + (FIRST_REST.toNanos() << Math.min(rests, DOUBLINGS));
                        rests++;
                    }
                }
                case NEITHER -> {}
            }
        } finally {
            lock.unlock();
        }
    }
}
