package ai.robutler.core;

import java.time.Duration;

/** A moment on this machine's monotonic clock by which something must have ended. */
public record Deadline(long nanoTime) {

    public static Deadline after(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    /** What is left: zero or negative once it has passed. */
    public Duration remaining() {
        return Duration.ofNanos(nanoTime - System.nanoTime());
    }

    public boolean hasPassed() {
        return nanoTime - System.nanoTime() <= 0;
    }

    /** The earlier of the two. */
    public Deadline or(Deadline other) {
        return nanoTime - other.nanoTime <= 0 ? this : other;
    }
}
