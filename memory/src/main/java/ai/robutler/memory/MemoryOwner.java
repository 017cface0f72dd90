package ai.robutler.memory;

import ai.robutler.core.Caller;
import ai.robutler.core.RunContext;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Whose memory it is: what one agent knows of one user. What another agent does in the user's name
 * has a memory of its own, which the user's own does not show up in.
 *
 * @param user "" for callers whom nobody knows
 * @param via the agent that speaks for the user, "" where the user does
 */
record MemoryOwner(String agent, String user, String via) {

    static MemoryOwner of(RunContext context) {
        String agent = context.agent().name();
        return switch (context.caller()) {
            case Caller.Anonymous _ -> new MemoryOwner(agent, "", "");
            case Caller.User user ->
                    new MemoryOwner(agent, user.id(), user.credential().actingAgent());
        };
    }

    boolean isKnown() {
        return !user.isEmpty();
    }

    /** One short text for it, in which no part can pass for another. */
    String key() {
        try {
            String parts = agent + '\0' + user + '\0' + via;
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(parts.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
