package ai.robutler.store;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** A database whose tables are brought up to date when somebody first uses them. */
final class LateMigrations implements Database {
    private final Database database;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<String> waiting = new LinkedHashSet<>();
    private volatile boolean isWaiting;

    LateMigrations(Database database) {
        this.database = database;
    }

    @Override
    public Kind kind() {
        return database.kind();
    }

    @Override
    public void migrate(String module) {
        lock.lock();
        try {
            waiting.add(module);
            isWaiting = true;
        } finally {
            lock.unlock();
        }
    }

    /** What fails waits on, and is tried again by whoever comes next. */
    private Database ready() {
        if (isWaiting) {
            lock.lock();
            try {
                while (!waiting.isEmpty()) {
                    String module = waiting.iterator().next();
                    database.migrate(module);
                    waiting.remove(module);
                }
                isWaiting = false;
            } finally {
                lock.unlock();
            }
        }
        return database;
    }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) {
        return ready().read(work);
    }

    @Override
    public <T extends @Nullable Object> T write(Work<T> work) {
        return ready().write(work);
    }

    @Override
    public <T extends @Nullable Object> T writeSoon(Work<T> work) {
        return ready().writeSoon(work);
    }

    @Override
    public Health health() {
        return database.health();
    }

    /** It stays open for its other users. */
    @Override
    public void close() {}
}
