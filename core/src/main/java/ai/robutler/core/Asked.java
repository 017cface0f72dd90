package ai.robutler.core;

import java.time.Duration;

/**
 * When somebody was asked whose answer is good for a while, by both clocks: one of them stands
 * still while the machine is suspended, the other may be set.
 *
 * @param nanos by {@link System#nanoTime}
 * @param millis by {@link System#currentTimeMillis}
 */
public record Asked(long nanos, long millis) {
    public static Asked now() {
        return new Asked(System.nanoTime(), System.currentTimeMillis());
    }

    /** Whether either clock says that it was so long ago; also if the clock was set back. */
    public boolean isPast(Duration age) {
        long since = System.currentTimeMillis() - millis;
        return System.nanoTime() - nanos >= age.toNanos() || since < 0 || since >= age.toMillis();
    }
}
