package ai.robutler.discovery;

import ai.robutler.core.RateLimitException;

import org.jdbi.v3.core.Handle;

import java.time.Duration;

/** How often an owner may publish, on all nodes together. */
final class Pace {
    private static final long MINUTE = 60_000;

    private Pace() {}

    /**
     * Counts one more.
     *
     * @throws RateLimitException if it is one too many; it counts all the same
     */
    static void count(Handle handle, String owner, long now, int most) {
        long minute = now / MINUTE;
        int count =
                handle.select(
                                "INSERT INTO discovery_pace (owner, minute, count) VALUES (?, ?, 1)"
                                        + " ON CONFLICT (owner, minute) DO UPDATE SET count ="
                                        + " discovery_pace.count + 1 RETURNING count",
                                owner,
                                minute)
                        .mapTo(Integer.class)
                        .one();
        if (count > most) {
            throw new RateLimitException(
                    "You publish more than " + most + " times a minute.",
                    Duration.ofMillis(MINUTE - now % MINUTE));
        }
    }

    /** Minutes before this one are of no interest. */
    static long past(long now) {
        return now / MINUTE - 1;
    }

    static void forget(Handle handle, long now) {
        handle.execute("DELETE FROM discovery_pace WHERE minute < ?", past(now));
    }
}
