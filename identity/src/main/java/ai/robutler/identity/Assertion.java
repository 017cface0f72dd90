package ai.robutler.identity;

import java.time.Instant;

/**
 * An owner assertion that was checked, and not used yet.
 *
 * @param target the agent that may be called with it
 * @param callerAgent the agent that calls
 * @param actingUser for whom it calls
 * @param jti under which it is used up
 * @param publishes whether it is good for no call, but to tell what the target can do
 */
record Assertion(
        String issuer,
        String target,
        String callerAgent,
        String actingUser,
        String jti,
        Instant expiry,
        boolean publishes) {}
