package ai.robutler.core;

import java.time.Duration;

/**
 * Signs short tokens that say for whom an agent calls another. Each is good for one target and one
 * call. Thread-safe.
 */
@FunctionalInterface
public interface AssertionSigner {

    /**
     * A new assertion.
     *
     * @param target the agent to be called
     * @param callerAgent the agent that calls
     * @param actingUser for whom it calls
     * @param ownerUser who owns the target; "" where that is not known
     * @param lifetime 1 s to 5 minutes
     * @throws IllegalArgumentException if a name is none, or the lifetime too long
     * @throws UnavailableException if it cannot be signed now
     */
    String issue(
            String target,
            String callerAgent,
            String actingUser,
            String ownerUser,
            Duration lifetime);
}
