package ai.robutler.core;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a run did before it gave calls to its client, kept until the client comes back with their
 * results: the messages that only the model has seen. Thread-safe.
 */
public interface Continuations {

    /**
     * Keeps messages under a key. Other messages under the same key, before anybody has come back
     * for the first, mean that two conversations cannot be told apart: then neither gets the
     * other's.
     */
    void save(String key, List<ChatMessage> messages);

    /**
     * As {@link #save(String, List)}, with whose they are: who keeps them longer than this process
     * runs must be able to find what is a user's.
     *
     * @param user "" where nobody knows
     */
    default void save(String key, String user, List<ChatMessage> messages) {
        save(key, messages);
    }

    /** The messages, as long as they are kept. */
    Optional<List<ChatMessage>> find(String key);

    /** Whether a model would read the same in both: what decides if two saves are one. */
    static boolean isSame(List<ChatMessage> some, List<ChatMessage> others) {
        return some.size() == others.size()
                && IntStream.range(0, some.size())
                        .allMatch(i -> isSame(some.get(i), others.get(i)));
    }

    private static boolean isSame(ChatMessage one, ChatMessage other) {
        return one.role().equals(other.role())
                && one.text().equals(other.text())
                && one.toolCallId().equals(other.toolCallId())
                && one.toolCalls().equals(other.toolCalls());
    }

    /** In this process: at most 10,000 keys and 64 MB, each for an hour after its last use. */
    static Continuations inMemory() {
        return inMemory(10_000, 64L << 20, Duration.ofHours(1));
    }

    /**
     * In this process, within bounds.
     *
     * @param keys how many keys, of whatever size
     * @param bytes how much text under all keys together
     * @param time how long a key is kept after its last use
     */
    static Continuations inMemory(int keys, long bytes, Duration time) {
        return new InMemoryContinuations(keys, bytes, time);
    }
}
