package ai.robutler.store;

import ai.robutler.core.Deadline;

import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.ProgressHandler;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;

/**
 * One connection to SQLite, used by one thread. Its statements are stopped when the time of a task
 * is over: the driver's own query time-out only bounds the wait for locks.
 */
final class SqliteSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteSession.class);

    /** Steps of SQLite's machine, about a millisecond's worth, between two looks at the clock. */
    private static final int STEPS = 20_000;

    private final Connection connection;
    private final Jdbi jdbi;
    private final Duration timeout;
    private final PreparedStatement savepoint;
    private final PreparedStatement release;
    private final PreparedStatement rollback;
    private Deadline deadline;

    SqliteSession(Connection connection, Duration timeout) throws SQLException {
        this.connection = connection;
        this.timeout = timeout;
        deadline = Deadline.after(timeout);
        // They end with the connection.
        savepoint = connection.prepareStatement("SAVEPOINT task");
        release = connection.prepareStatement("RELEASE task");
        rollback = connection.prepareStatement("ROLLBACK TO task");
        jdbi =
                Jdbi.create(
                        new ConnectionFactory() {
                            @Override
                            public Connection openConnection() {
                                return connection;
                            }

                            @Override
                            public void closeConnection(Connection ignored) {
                                // It lasts as long as the session.
                            }
                        });
        var statements = new KeptStatements();
        jdbi.setStatementBuilderFactory(_ -> statements);
        ProgressHandler.setHandler(
                connection,
                STEPS,
                new ProgressHandler() {
                    @Override
                    protected int progress() {
                        return deadline.hasPassed() ? 1 : 0;
                    }
                });
    }

    void begin() throws SQLException {
        connection.setAutoCommit(false);
    }

    void commit() throws SQLException {
        connection.setAutoCommit(true);
    }

    /** Undoes the transaction, and begins another. */
    void rollback() throws SQLException {
        connection.rollback();
    }

    /** From here on, a task can be undone without those before it. */
    void savepoint() throws SQLException {
        savepoint.execute();
    }

    void release() throws SQLException {
        release.execute();
    }

    void rollbackToSavepoint() throws SQLException {
        rollback.execute();
        release.execute();
    }

    /** Runs a task within the transaction that has begun. */
    void run(Task<?> task) {
        deadline = Deadline.after(timeout);
        try (Handle handle = jdbi.open()) {
            task.run(handle);
        } finally {
            // What follows, commit or undoing, is not to be stopped.
            deadline = Deadline.after(Duration.ofDays(1));
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.warn("The database file was not closed properly: {}", e.toString());
        }
    }
}
