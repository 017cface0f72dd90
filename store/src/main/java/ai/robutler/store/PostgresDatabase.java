package ai.robutler.store;

import ai.robutler.core.Interrupts;

import com.zaxxer.hikari.HikariDataSource;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * PostgreSQL. No work runs on its caller's thread that could be interrupted, because that would
 * close the connection it hits, in the middle of a commit too. The threads are the platform's: one
 * that waits for an answer is woken by the system at once, a virtual one by way of others. Where
 * only the sending is waited for, the caller's own thread is sooner.
 */
final class PostgresDatabase implements Database {
    private static final int ATTEMPTS = 5;
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(20);

    private final DatabaseOptions options;
    private final PostgresServer server;
    private final Lane lane;
    private final Lane soonLane;
    private final Semaphore places;
    private final Patience patience = Patience.start();
    private final ScriptFolders scripts = new ScriptFolders();
    private final HealthProbe probe = new HealthProbe(this);
    private final Duration bound;

    private PostgresDatabase(DatabaseOptions options) {
        this.options = options;
        server = new PostgresServer(options);
        lane = Lane.open("store-postgres", server, "");
        // Two lanes, since a setting for each transaction would be a round trip for each.
        soonLane =
                Lane.open("store-postgres-soon", server, "; SET SESSION synchronous_commit = off");
        places = new Semaphore(options.connections() + options.queue());
        bound = options.statementTimeout().multipliedBy(4).plusSeconds(10);
    }

    /** Connections, and as many threads. */
    private record Lane(HikariDataSource pool, Jdbi jdbi, ForkJoinPool threads)
            implements AutoCloseable {

        /**
         * @param also further statements for each new connection
         */
        static Lane open(String name, PostgresServer server, String also) {
            HikariDataSource pool = server.pool(name, also);
            // This kind of pool wakes who slept last, whose connection is warm.
            var threads =
                    new ForkJoinPool(pool.getMaximumPoolSize(), of -> thread(of, name), null, true);
            return new Lane(pool, Jdbi.create(pool), threads);
        }

        private static ForkJoinWorkerThread thread(ForkJoinPool of, String name) {
            var thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(of);
            thread.setName(name + "-" + thread.getPoolIndex());
            return thread;
        }

        @Override
        public void close() {
            threads.shutdown();
            pool.close();
        }
    }

    static PostgresDatabase open(DatabaseOptions options) {
        return new PostgresDatabase(options);
    }

    @Override
    public Kind kind() {
        return Kind.POSTGRESQL;
    }

    @Override
    public void migrate(String module) {
        new Migrations(module, scripts).run(server);
    }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) {
        return run(
                lane,
                new Task<>(work, Task.Kind.READING),
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    }

    @Override
    public <T extends @Nullable Object> T write(Work<T> work) {
        return run(lane, new Task<>(work, Task.Kind.DURABLE), "");
    }

    @Override
    public <T extends @Nullable Object> T writeSoon(Work<T> work) {
        return run(soonLane, new Task<>(work, Task.Kind.SOON), "");
    }

    private <T extends @Nullable Object> T run(Lane in, Task<T> task, String start) {
        if (!places.tryAcquire()) {
            throw SqlFailures.unavailable("Too many wait for the database.", null);
        }
        Runnable work =
                () -> {
                    try {
                        attempts(in.jdbi(), task, start);
                    } finally {
                        places.release();
                    }
                };
        if (task.handover() != null && Interrupts.areImpossible()) {
            work.run();
            return task.await();
        }
        try {
            in.threads().execute(work);
        } catch (RejectedExecutionException e) {
            places.release();
            throw SqlFailures.unavailable("The database is closed.", e);
        }
        // The pool gives up waiting for a connection by itself, a little earlier.
        return patience.await(task, options.waitTimeout().plusSeconds(1), bound);
    }

    private void attempts(Jdbi from, Task<?> task, String start) {
        for (int attempt = 1; ; attempt++) {
            try {
                if (transaction(from, task, start, attempt == 1)) {
                    task.succeed();
                }
                return;
            } catch (Throwable thrown) {
                if (attempt == ATTEMPTS || !SqlFailures.isContention(thrown)) {
                    fail(task, thrown);
                    return;
                }
                LockSupport.parkNanos(
                        ThreadLocalRandom.current().nextLong(LONGEST_PAUSE.toNanos() * attempt));
            }
        }
    }

    private static void fail(Task<?> task, Throwable thrown) {
        task.fail(
                thrown instanceof CommitFailure commit
                        ? SqlFailures.ofCommit(commit.getCause())
                        : SqlFailures.of(thrown));
    }

    /** False if the caller has given up meanwhile. */
    private boolean transaction(Jdbi from, Task<?> task, String start, boolean first)
            throws SQLException {
        try (Handle handle = from.open()) {
            if (first && !task.take()) {
                return false;
            }
            Connection connection = handle.getConnection();
            if (task.isOneStatement()) {
                oneStatement(connection, handle, task);
                return true;
            }
            try {
                if (!start.isEmpty()) {
                    handle.execute(start);
                }
                task.run(handle);
            } catch (Throwable thrown) {
                rollback(connection, thrown);
                throw thrown;
            }
            try {
                connection.commit();
            } catch (SQLException e) {
                throw new CommitFailure(e);
            }
            return true;
        }
    }

    /** The server commits it by itself; the pool sets the connection back. */
    private static void oneStatement(Connection connection, Handle handle, Task<?> task)
            throws SQLException {
        connection.setAutoCommit(true);
        try {
            Handover handover = task.handover();
            if (handover == null) {
                task.run(handle);
            } else {
                ScopedValue.where(Handover.CURRENT, handover).run(() -> task.run(handle));
            }
        } catch (RuntimeException e) {
            if (task.isChange() && SqlFailures.isBroken(e)) {
                throw new CommitFailure(e);
            }
            throw e;
        }
    }

    private static void rollback(Connection connection, Throwable reason) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }

    /** Nothing tells from the outside whether the server got it. */
    private static final class CommitFailure extends RuntimeException {
        private final Exception cause;

        CommitFailure(Exception cause) {
            super(cause);
            this.cause = cause;
        }

        @Override
        public Exception getCause() {
            return cause;
        }
    }

    /** How many more callers may come. */
    int places() {
        return places.availablePermits();
    }

    @Override
    public Health health() {
        return probe.health();
    }

    @Override
    public void close() {
        lane.close();
        soonLane.close();
        patience.close();
    }
}
