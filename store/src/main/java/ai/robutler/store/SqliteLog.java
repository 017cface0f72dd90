package ai.robutler.store;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Brings SQLite's log to the disk. A commit only hands its pages to the system, so that the writer
 * goes on while the disk works; all who wait for the disk share its next pass. SQLite syncs the log
 * itself before it moves pages into the database file (synchronous=NORMAL), so the order of things
 * on the disk is right whatever happens here.
 *
 * <p>SQLite's locks are on the database file and on its index, never on the log: opening and
 * closing the log here takes none of them away.
 */
final class SqliteLog implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteLog.class);

    /** What nobody waits for is on the disk this much later at the latest. */
    static final Duration SOON = Duration.ofMillis(10);

    private final Path path;
    private final LongAdder passes = new LongAdder();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private List<Task<?>> waiting = new ArrayList<>();
    private boolean dirty;
    private boolean replaced;
    private boolean closed;
    private @Nullable IOException broken;

    /** The flushing thread's own. */
    private @Nullable FileChannel channel;

    SqliteLog(Path database) {
        path = Path.of(database + "-wal");
    }

    /** How often the disk was waited for. */
    long passes() {
        return passes.sum();
    }

    /** These are committed: they end when the log is on the disk, or now if they need not wait. */
    void committed(List<Task<?>> tasks) {
        var done = new ArrayList<Task<?>>();
        @Nullable IOException failure;
        lock.lock();
        try {
            failure = broken;
            boolean sleeps = !dirty;
            dirty = true;
            for (Task<?> task : tasks) {
                (task.isDurable() && failure == null ? waiting : done).add(task);
            }
            // It wakes by itself for what nobody waits for.
            if (sleeps || !waiting.isEmpty()) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
        done.forEach(task -> end(task, failure));
    }

    /** Whether the disk has failed: nothing more is written then. */
    boolean isBroken() {
        lock.lock();
        try {
            return broken != null;
        } finally {
            lock.unlock();
        }
    }

    /** The log may be another file from now on. */
    void replaced() {
        lock.lock();
        try {
            replaced = true;
        } finally {
            lock.unlock();
        }
    }

    /** No more commits will come. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        while (true) {
            List<Task<?>> batch = next();
            if (batch == null) {
                closeChannel();
                return;
            }
            @Nullable IOException failure = flush();
            batch.forEach(task -> end(task, failure));
        }
    }

    private static void end(Task<?> task, @Nullable IOException failure) {
        if (failure == null) {
            task.succeed();
        } else {
            task.fail(SqlFailures.outcomeUnknown(failure));
        }
    }

    /** Who waits for the next pass; null when there is nothing left to do. */
    private @Nullable List<Task<?>> next() {
        lock.lock();
        try {
            long left = SOON.toNanos();
            while (waiting.isEmpty() && !(dirty && (closed || left <= 0))) {
                if (closed) {
                    return null;
                }
                if (dirty) {
                    left = changed.awaitNanos(left);
                } else {
                    changed.await();
                    left = SOON.toNanos();
                }
            }
            List<Task<?>> batch = waiting;
            waiting = new ArrayList<>();
            dirty = false;
            return batch;
        } catch (InterruptedException e) {
            // Nobody interrupts this thread; if somebody does, it flushes early.
            return List.of();
        } finally {
            lock.unlock();
        }
    }

    /** What went wrong. A disk that has failed once may have lost pages: it is not asked again. */
    private @Nullable IOException flush() {
        passes.increment();
        try {
            boolean other;
            lock.lock();
            try {
                if (broken != null) {
                    return broken;
                }
                other = replaced;
                replaced = false;
            } finally {
                lock.unlock();
            }
            if (other) {
                closeChannel();
            }
            if (channel == null) {
                channel = FileChannel.open(path, StandardOpenOption.WRITE);
            }
            channel.force(false);
            return null;
        } catch (NoSuchFileException e) {
            // The last connection has closed meanwhile: SQLite has moved all pages into the
            // database file, brought that to the disk, and deleted the log.
            return null;
        } catch (IOException e) {
            lock.lock();
            try {
                broken = e;
            } finally {
                lock.unlock();
            }
            return e;
        }
    }

    private void closeChannel() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            LOG.debug("The log of the database was not closed properly: {}", e.toString());
        } finally {
            channel = null;
        }
    }
}
