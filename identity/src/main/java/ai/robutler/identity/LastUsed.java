package ai.robutler.identity;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When keys were last used, gathered in memory: no request waits for it to be written. What is
 * gathered when a node dies is lost; it is a hint for tidying up, nothing more. Thread-safe.
 */
final class LastUsed {
    private static final int MOST = 100_000;

    private final ApiKeyTable table;
    private final Map<String, Instant> gathered = new ConcurrentHashMap<>();

    LastUsed(ApiKeyTable table) {
        this.table = table;
    }

    void note(String id, Instant now) {
        if (gathered.size() < MOST) {
            gathered.put(id, now);
        }
    }

    /**
     * @throws ai.robutler.core.UnavailableException if the database is away; then the next flush
     *     writes it
     */
    void flush() {
        var times = new HashMap<>(gathered);
        if (!times.isEmpty()) {
            table.used(times);
            times.forEach(gathered::remove);
        }
    }
}
