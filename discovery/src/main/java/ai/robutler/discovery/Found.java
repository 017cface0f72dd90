package ai.robutler.discovery;

import ai.robutler.core.DirectoryEntry;
import ai.robutler.core.Scope;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * An agent that was found. Its texts are its owner's words.
 *
 * @param intent the one of its intents that fits best, "" where it has none
 * @param intents all of them
 * @param similarity how well it fits, 0 to 1; comparable between searches. In listings 0
 * @param rank 1 for the best
 * @param remote whether it is a registered agent: what it says of its price is a claim
 * @param paidRequests how many requests were paid, by the ledger; empty where nobody can tell
 * @param successRate the share of paid requests that did not fail, 0 to 1; empty without any
 * @param local whether this very server has it
 */
public record Found(
        String agent,
        String owner,
        String intent,
        List<String> intents,
        String description,
        List<String> tags,
        Scope scope,
        double similarity,
        String url,
        int rank,
        OptionalLong priceNanoUsd,
        boolean remote,
        Health health,
        OptionalLong paidRequests,
        OptionalDouble successRate,
        boolean local) {
    public Found {
        intents = List.copyOf(intents);
        tags = List.copyOf(tags);
    }

    /** As other modules know it. */
    public DirectoryEntry entry() {
        return new DirectoryEntry(agent, owner, url, description, priceNanoUsd, local);
    }

    /** Whether its price is only its owner's word; empty where there is none. */
    Optional<Boolean> isPriceClaimed() {
        return priceNanoUsd.isEmpty() ? Optional.empty() : Optional.of(remote);
    }
}
