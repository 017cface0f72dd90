package ai.robutler.identity;

import ai.robutler.core.Asked;
import ai.robutler.core.Deadline;
import ai.robutler.core.Interrupts;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * API keys as they were in the database a moment ago, so that a busy key is not looked up for each
 * of its requests. None is good for longer than {@link #LONGEST} after it was asked for; whoever
 * revokes a key {@linkplain #awaitEnd waits} for that long. So there is nothing to tell other
 * nodes, and nothing that could get lost. Thread-safe.
 */
final class KeptKeys {
    static final Duration LONGEST = Duration.ofSeconds(1);
    private static final int MOST = 10_000;

    private record Kept(ApiKey key, String hash, Asked asked) {}

    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

    /**
     * The key with this text. Who has only the public part learns nothing here: for him all is as
     * if the key were not kept.
     */
    Optional<ApiKey> find(KeyText given) {
        Kept found = kept.get(given.id());
        return found != null && given.matches(found.hash()) && !found.asked().isPast(LONGEST)
                ? Optional.of(found.key())
                : Optional.empty();
    }

    /**
     * @param asked from before the database was asked
     */
    void keep(ApiKey key, String hash, Asked asked) {
        if (kept.size() >= MOST) {
            kept.values().removeIf(each -> each.asked().isPast(LONGEST));
        }
        if (kept.size() < MOST) {
            kept.put(key.id(), new Kept(key, hash, asked));
        }
    }

    /** Waits until no node keeps anything that it asked for before now. */
    static void awaitEnd() {
        Interrupts.awaitPast(Deadline.after(LONGEST));
    }
}
