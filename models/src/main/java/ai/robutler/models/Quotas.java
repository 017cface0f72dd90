package ai.robutler.models;

import java.util.LinkedHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** The quotas of a provider's models with one key, by name of the model. Thread-safe. */
final class Quotas {
    private static final int MOST = 1000;

    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, Quota> byModel = new LinkedHashMap<>();

    /** The same for the same model, as long as no more than 1,000 others are asked for. */
    Quota of(String model) {
        lock.lock();
        try {
            if (byModel.size() >= MOST && !byModel.containsKey(model)) {
                byModel.pollFirstEntry();
            }
            return byModel.computeIfAbsent(model, _ -> new Quota());
        } finally {
            lock.unlock();
        }
    }
}
