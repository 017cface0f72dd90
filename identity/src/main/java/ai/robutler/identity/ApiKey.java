package ai.robutler.identity;

import ai.robutler.core.Budget;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of an API key; not its secret, which nobody knows but its owner.
 *
 * @param id the public part, good for logs and statements
 * @param user for whom it stands
 * @param name what it is for, in its maker's words; may be ""
 * @param scopes what it grants by name
 * @param agents the agents that it is good for; empty for all
 * @param budgets what may be spent with it
 * @param expires nothing for never
 * @param revoked nothing as long as it is not
 * @param lastUsed nothing as long as it was not; behind by a minute or two
 */
public record ApiKey(
        String id,
        String user,
        String name,
        Set<String> scopes,
        Set<String> agents,
        List<Budget> budgets,
        Instant created,
        Optional<Instant> expires,
        Optional<Instant> revoked,
        Optional<Instant> lastUsed) {
    public ApiKey {
        scopes = Set.copyOf(scopes);
        agents = Set.copyOf(agents);
        budgets = List.copyOf(budgets);
    }

    /** Whether it opens anything at this moment. */
    public boolean isGood(Instant now) {
        return revoked.isEmpty() && expires.map(now::isBefore).orElse(true);
    }
}
