package ai.robutler.store;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Tasks in the order of their coming, within a bound. Thread-safe. */
final class TaskQueue {
    private final int bound;
    private final ArrayDeque<Task<?>> waiting = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean closed;

    TaskQueue(int bound) {
        this.bound = bound;
    }

    /** Throws if there is no room, or the database is closed. */
    void add(Task<?> task) {
        lock.lock();
        try {
            if (closed) {
                throw SqlFailures.unavailable("The database is closed.", null);
            }
            if (waiting.size() >= bound) {
                throw SqlFailures.unavailable("Too many wait for the database.", null);
            }
            waiting.add(task);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** How many wait. */
    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Takes away a task that its caller has given up. */
    void remove(Task<?> task) {
        lock.lock();
        try {
            waiting.remove(task);
        } finally {
            lock.unlock();
        }
    }

    /** The next task, taken; waits for one. Null once the queue is closed. */
    @Nullable Task<?> take() {
        lock.lock();
        try {
            while (!closed) {
                Task<?> next = next();
                if (next != null) {
                    return next;
                }
                changed.awaitUninterruptibly();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** The next task, taken, if there is one now. */
    @Nullable Task<?> poll() {
        lock.lock();
        try {
            return next();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Task<?> next() {
        Task<?> next = waiting.poll();
        while (next != null && !next.take()) {
            next = waiting.poll();
        }
        return next;
    }

    /** Lets nobody in any more, and fails those who wait. */
    void close() {
        List<Task<?>> left;
        lock.lock();
        try {
            closed = true;
            left = List.copyOf(waiting);
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        for (Task<?> task : left) {
            if (task.take()) {
                task.fail(SqlFailures.unavailable("The database is closed.", null));
            }
        }
    }
}
