package ai.robutler.store;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ends the wait of callers for whom it takes too long. A thread that looks at the clock now and
 * then does so for all of them: a timed wait would wake the scheduler of virtual threads twice, for
 * each of many waits that are over within a millisecond. Thread-safe.
 */
final class Patience implements Runnable, AutoCloseable {
    /** How much later than promised a wait may end. */
    static final Duration LATE = Duration.ofMillis(50);

    private final Set<Task<?>> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    static Patience start() {
        var patience = new Patience();
        Thread.ofPlatform().name("store-patience").daemon().start(patience);
        return patience;
    }

    /**
     * The result of a task that somebody runs.
     *
     * @param begin how long to wait for the work to begin
     * @param end how long to wait for its end then, which is longer than it can take
     */
    <T extends @Nullable Object> T await(Task<T> task, Duration begin, Duration end) {
        task.limit(System.nanoTime(), begin, end);
        waiting.add(task);
        try {
            return task.await();
        } finally {
            waiting.remove(task);
        }
    }

    @Override
    public void run() {
        while (!closed || !waiting.isEmpty()) {
            try {
                Thread.sleep(LATE);
            } catch (InterruptedException e) {
                // Only an early look: it ends when nobody waits any more.
            }
            long now = System.nanoTime();
            waiting.forEach(task -> task.look(now));
        }
    }

    /** Ends when nobody waits any more. */
    @Override
    public void close() {
        closed = true;
    }
}
