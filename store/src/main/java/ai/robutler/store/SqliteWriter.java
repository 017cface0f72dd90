package ai.robutler.store;

import ai.robutler.core.Deadline;

import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * The one thread that writes. All tasks that wait are run in one transaction, each but the first
 * behind a savepoint of its own; nobody waits for company. The wait for the disk is {@link
 * SqliteLog}'s.
 */
final class SqliteWriter implements Runnable {
    private static final int MOST = 64;

    /** After this, a transaction takes nobody else in. */
    private static final Duration LONGEST = Duration.ofMillis(50);

    private final SqliteFile file;
    private final Duration timeout;
    private final TaskQueue queue;
    private final SqliteLog log;
    private final LongAdder commits = new LongAdder();
    private @Nullable SqliteSession session;

    SqliteWriter(SqliteFile file, Duration timeout, TaskQueue queue, SqliteLog log) {
        this.file = file;
        this.timeout = timeout;
        this.queue = queue;
        this.log = log;
    }

    /** How many transactions were committed. */
    long commits() {
        return commits.sum();
    }

    @Override
    public void run() {
        Task<?> first = queue.take();
        while (first != null) {
            Deque<Task<?>> pending = new ArrayDeque<>();
            pending.add(first);
            while (!pending.isEmpty()) {
                pending = transaction(pending);
            }
            first = queue.take();
        }
        discard();
    }

    /**
     * Runs tasks, and whoever waits, in one transaction.
     *
     * @return those that must run again, because another's failure undid the transaction
     */
    private Deque<Task<?>> transaction(Deque<Task<?>> pending) {
        SqliteSession open;
        try {
            open = session();
            open.begin();
        } catch (SQLException e) {
            discard();
            Throwable failure = SqlFailures.of(e);
            pending.forEach(task -> task.fail(failure));
            return new ArrayDeque<>();
        }
        var done = new ArrayDeque<Task<?>>();
        Deadline full = Deadline.after(LONGEST);
        for (Task<?> task = pending.poll(); task != null; task = next(pending, done, full)) {
            if (runs(open, task, done)) {
                continue;
            }
            discard();
            done.addAll(pending);
            return done;
        }
        commit(open, List.copyOf(done));
        return new ArrayDeque<>();
    }

    private @Nullable Task<?> next(Deque<Task<?>> pending, Deque<Task<?>> done, Deadline full) {
        Task<?> next = pending.poll();
        return next != null || done.size() >= MOST || full.hasPassed() ? next : queue.poll();
    }

    /** Runs one task. False if the transaction of all is lost. */
    private boolean runs(SqliteSession open, Task<?> task, Deque<Task<?>> done) {
        // The first has nobody before it whom its failure could harm.
        boolean isFirst = done.isEmpty();
        try {
            if (!isFirst) {
                open.savepoint();
            }
            open.run(task);
            if (!isFirst) {
                open.release();
            }
            done.add(task);
            return true;
        } catch (Throwable thrown) {
            boolean kept = undo(open, isFirst);
            task.fail(SqlFailures.of(thrown));
            return kept;
        }
    }

    /** SQLite undoes the whole transaction on some failures: then there is no savepoint either. */
    private boolean undo(SqliteSession open, boolean all) {
        try {
            if (all) {
                open.rollback();
            } else {
                open.rollbackToSavepoint();
            }
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private void commit(SqliteSession open, List<Task<?>> done) {
        try {
            open.commit();
        } catch (SQLException e) {
            discard();
            Throwable failure = SqlFailures.ofCommit(e);
            done.forEach(task -> task.fail(failure));
            return;
        }
        commits.increment();
        log.committed(done);
    }

    private SqliteSession session() throws SQLException {
        SqliteSession open = session;
        if (open == null) {
            open = new SqliteSession(file.writer(), timeout);
            session = open;
        }
        return open;
    }

    private void discard() {
        if (session != null) {
            session.close();
            session = null;
            log.replaced();
        }
    }
}
