package ai.robutler.store;

import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.Duration;

/** A thread that reads, with a connection of its own. */
final class SqliteReader implements Runnable {
    private final SqliteFile file;
    private final Duration timeout;
    private final TaskQueue queue;
    private @Nullable SqliteSession session;

    SqliteReader(SqliteFile file, Duration timeout, TaskQueue queue) {
        this.file = file;
        this.timeout = timeout;
        this.queue = queue;
    }

    @Override
    public void run() {
        Task<?> task = queue.take();
        while (task != null) {
            try {
                read(task);
                task.succeed();
            } catch (Throwable thrown) {
                task.fail(SqlFailures.of(thrown));
            }
            task = queue.take();
        }
        discard();
    }

    private void read(Task<?> task) throws SQLException {
        boolean ended = false;
        try {
            SqliteSession open = session();
            if (task.isOneStatement()) {
                ended = true;
                open.run(task);
                return;
            }
            open.begin();
            try {
                open.run(task);
            } finally {
                open.commit();
                ended = true;
            }
        } finally {
            if (!ended) {
                discard();
            }
        }
    }

    private SqliteSession session() throws SQLException {
        SqliteSession open = session;
        if (open == null) {
            open = new SqliteSession(file.reader(), timeout);
            session = open;
        }
        return open;
    }

    private void discard() {
        if (session != null) {
            session.close();
            session = null;
        }
    }
}
