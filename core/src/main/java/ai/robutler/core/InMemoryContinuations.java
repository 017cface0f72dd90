package ai.robutler.core;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Continuations in this process: the oldest go first, when there are too many or they are too old.
 */
final class InMemoryContinuations implements Continuations {
    private record Kept(List<ChatMessage> messages, Deadline until) {}

    private final int most;
    private final Duration time;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, Kept> kept = new LinkedHashMap<>();

    InMemoryContinuations(int most, Duration time) {
        this.most = most;
        this.time = time;
    }

    @Override
    public void save(String key, List<ChatMessage> messages) {
        lock.lock();
        try {
            Kept before = kept.remove(key);
            boolean ambiguous = before != null && !before.messages.equals(messages);
            kept.put(
                    key,
                    new Kept(ambiguous ? List.of() : List.copyOf(messages), Deadline.after(time)));
            prune();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<List<ChatMessage>> find(String key) {
        lock.lock();
        try {
            prune();
            Kept found = kept.get(key);
            return found == null || found.messages.isEmpty()
                    ? Optional.empty()
                    : Optional.of(found.messages);
        } finally {
            lock.unlock();
        }
    }

    /** Entries are in the order of saving, which is the order of expiry. */
    private void prune() {
        var oldestFirst = kept.entrySet().iterator();
        while (oldestFirst.hasNext()) {
            Map.Entry<String, Kept> oldest = oldestFirst.next();
            if (kept.size() <= most && !oldest.getValue().until.hasPassed()) {
                return;
            }
            oldestFirst.remove();
        }
    }
}
