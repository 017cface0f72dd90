package ai.robutler.memory;

import java.time.Duration;

/**
 * How much is kept of conversations. What is beyond goes, the oldest first.
 *
 * @param turnBytes of one run; larger ones are made smaller, see {@link SessionFit}
 * @param sessionBytes of one conversation
 * @param sessionTurns in one conversation
 * @param userSessions of one user, over all agents
 * @param userBytes of one user, over all agents
 * @param anonymousSessions of all callers together whom nobody knows
 * @param lease how long a conversation waits for a run whose node is not heard of
 */
record SessionBounds(
        int turnBytes,
        long sessionBytes,
        int sessionTurns,
        int userSessions,
        long userBytes,
        int anonymousSessions,
        Duration lease) {
    SessionBounds {
        if (turnBytes < 1
                || sessionBytes < turnBytes
                || sessionTurns < 1
                || userSessions < 1
                || userBytes < sessionBytes
                || anonymousSessions < 1
                || lease.toMillis() < 10) {
            throw new IllegalArgumentException("bounds must be positive, and hold each other");
        }
    }

    static SessionBounds standard() {
        return new SessionBounds(
                1 << 20, 4L << 20, 2_000, 1_000, 64L << 20, 10_000, Duration.ofSeconds(30));
    }
}
