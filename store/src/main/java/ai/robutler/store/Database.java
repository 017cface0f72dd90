package ai.robutler.store;

import org.jspecify.annotations.Nullable;

/**
 * Robutler's database: SQLite in a file, or PostgreSQL. Thread-safe; callers block, so they belong
 * on virtual threads.
 *
 * <p><b>Failures.</b> A database that is slow, locked, full or away is an {@link
 * ai.robutler.core.UnavailableException}, within a bound; its message is safe to send. Everything
 * else that a work throws reaches the caller as it is: wrong SQL and violated constraints among
 * them, see {@link #isUniqueViolation}.
 *
 * <p><b>Interrupts.</b> A caller that is interrupted before its work has begun gets a {@link
 * ai.robutler.core.CancelledException}, and nothing has happened. Once it has begun, the caller
 * waits for its end, which is bounded, gets the result, and is interrupted still: a change that was
 * made is never reported as cancelled.
 *
 * <p><b>Unknown outcomes.</b> A connection that breaks during the commit, or a disk that does not
 * answer, leaves it open whether a change was made. Then the exception says so, to people by its
 * message and to programs by {@link #isOutcomeUnknown}.
 */
public interface Database extends AutoCloseable {

    /** The two kinds. Most SQL is good for both. */
    enum Kind {
        SQLITE,
        POSTGRESQL
    }

    /**
     * Opens the database. A SQLite file that is missing is created, readable by its owner alone,
     * and so are missing folders above it. A PostgreSQL server is first contacted when it is first
     * used.
     *
     * <p>Other processes may have the same SQLite file open: each waits for the other's
     * transactions, for as long as a statement may take.
     *
     * @throws ai.robutler.core.UnavailableException if the file cannot be created or opened
     */
    static Database open(DatabaseOptions options) {
        return switch (options.kind()) {
            case SQLITE -> SqliteDatabase.open(options);
            case POSTGRESQL -> PostgresDatabase.open(options);
        };
    }

    /** Which of the two this is. */
    Kind kind();

    /**
     * Brings the tables of a module up to date: runs the scripts {@code V1__words.sql} and on, in
     * the folders {@code common} and {@code sqlite} or {@code postgresql} of the class path's
     * {@code ai/robutler/MODULE/migrations}, each once. Called once at start; several nodes may do
     * so at once.
     *
     * @param module a name of small letters
     * @throws ai.robutler.core.UnavailableException if the database is away
     * @throws IllegalStateException if a script fails, or is another than the one that was run
     */
    void migrate(String module);

    /**
     * The same database for a part of the program that may never be used: {@link #migrate} waits
     * there until something is read or written, which then fails as a migration does. Closing it
     * closes nothing.
     */
    default Database late() {
        return new LateMigrations(this);
    }

    /**
     * Reads within one transaction, which sees the database as it was at one moment and may change
     * nothing.
     *
     * @throws ai.robutler.core.UnavailableException if the database is away, or too slow
     */
    <T extends @Nullable Object> T read(Work<T> work);

    /**
     * Reads and writes within one transaction. When this returns, the change is durable; when it
     * throws, it was not made ({@link #isOutcomeUnknown} tells the exception). On PostgreSQL at
     * READ COMMITTED; transactions that got into each other's way are repeated a few times. On
     * SQLite all writes run one after the other.
     *
     * @throws ai.robutler.core.UnavailableException if the database is away, or too slow
     */
    <T extends @Nullable Object> T write(Work<T> work);

    /**
     * Like {@link #write}, without the wait for the disk: when this returns, everybody sees the
     * change, and the end of this process does not undo it. If the machine or the database server
     * breaks down within the next moments (SQLite: 10 ms; PostgreSQL: three times its {@code
     * wal_writer_delay}, 600 ms by default), it may be as if the change had not been made; what was
     * written before it is there at least as long as it is. For steps whose loss does no harm.
     *
     * @throws ai.robutler.core.UnavailableException if the database is away, or too slow
     */
    <T extends @Nullable Object> T writeSoon(Work<T> work);

    /** Asks the database. Answers within a second or little more, whatever the database does. */
    Health health();

    /** Ends running work, refuses waiting work, and closes all connections. May be repeated. */
    @Override
    void close();

    /** Whether a row was refused because its key exists. */
    static boolean isUniqueViolation(Throwable thrown) {
        return SqlFailures.isUniqueViolation(thrown);
    }

    /** Whether nobody knows if the change was made. */
    static boolean isOutcomeUnknown(Throwable thrown) {
        return SqlFailures.isOutcomeUnknown(thrown);
    }
}
