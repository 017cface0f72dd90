package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Continuations in this process: the oldest go first, when there are too many or they are too old.
 */
final class InMemoryContinuations implements Continuations {
    /**
     * @param awaited whether nobody has come back for it yet
     */
    private record Kept(List<ChatMessage> messages, long bytes, boolean awaited, Deadline until) {}

    private final int most;
    private final long mostBytes;
    private final Duration time;
    private long bytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, Kept> kept = new LinkedHashMap<>();

    /**
     * @param most how many keys, of whatever size
     * @param mostBytes how much text under all keys together
     * @param time how long a key is kept after it was last saved or found
     */
    InMemoryContinuations(int most, long mostBytes, Duration time) {
        this.most = most;
        this.mostBytes = mostBytes;
        this.time = time;
    }

    @Override
    public void save(String key, List<ChatMessage> messages) {
        long size = 0;
        for (ChatMessage message : messages) {
            size += Json.writeBytes(message.json()).length;
        }
        lock.lock();
        try {
            Kept before = remove(key);
            boolean ambiguous =
                    before != null
                            && before.awaited
                            && !Continuations.isSame(before.messages, messages);
            put(key, ambiguous ? List.of() : List.copyOf(messages), ambiguous ? 0 : size, true);
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
            Kept found = remove(key);
            if (found == null) {
                return Optional.empty();
            }
            put(key, found.messages, found.bytes, false);
            return found.messages.isEmpty() ? Optional.empty() : Optional.of(found.messages);
        } finally {
            lock.unlock();
        }
    }

    /** How many keys are kept. */
    int size() {
        lock.lock();
        try {
            prune();
            return kept.size();
        } finally {
            lock.unlock();
        }
    }

    private void put(String key, List<ChatMessage> messages, long size, boolean awaited) {
        kept.put(key, new Kept(messages, size, awaited, Deadline.after(time)));
        bytes += size;
    }

    private @Nullable Kept remove(String key) {
        Kept removed = kept.remove(key);
        bytes -= removed == null ? 0 : removed.bytes;
        return removed;
    }

    /** Entries are in the order of their last use, which is the order of expiry. */
    private void prune() {
        var oldestFirst = kept.values().iterator();
        while (oldestFirst.hasNext()) {
            Kept oldest = oldestFirst.next();
            if (kept.size() <= most && bytes <= mostBytes && !oldest.until.hasPassed()) {
                return;
            }
            oldestFirst.remove();
            bytes -= oldest.bytes;
        }
    }
}
