package ai.robutler.nli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** A breaker for each target of late; the one not called for longest is forgotten first. */
final class Breakers {
    private static final int MOST = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Breaker> byUrl =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Breaker> eldest) {
                    return size() > MOST;
                }
            };

    Breaker of(Target target) {
        lock.lock();
        try {
            return byUrl.computeIfAbsent(target.url(), _ -> new Breaker(System::nanoTime));
        } finally {
            lock.unlock();
        }
    }
}
