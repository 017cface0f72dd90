package ai.robutler.store;

import ai.robutler.core.ApiException;
import ai.robutler.core.UnavailableException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;

/** What the exceptions of the two drivers mean. */
final class SqlFailures {
    private static final Logger LOG = LoggerFactory.getLogger(SqlFailures.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final int PRIMARY_CODE = 0xff;
    private static final Set<String> CONTENTION = Set.of("40001", "40P01");

    /** Given up by the server: time-outs of statement, lock, idle and whole transaction. */
    private static final Set<String> SLOW = Set.of("57014", "55P03", "25P03", "25P04");

    /** Classes of SQL states: connection, resources, operator, system, login, unknown database. */
    private static final Set<String> AWAY = Set.of("08", "53", "57", "58", "28", "3D");

    private SqlFailures() {}

    /** A cause that marks an exception whose reader cannot know if the change was made. */
    static final class OutcomeUnknown extends RuntimeException {
        OutcomeUnknown(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The exception for the caller: as it is, or that the database is away. */
    static Throwable of(Throwable thrown) {
        if (thrown instanceof ApiException) {
            return thrown;
        }
        SQLException sql = find(thrown);
        if (sql == null) {
            return thrown;
        }
        String words = sql instanceof SQLiteException lite ? words(lite) : words(sql);
        return words.isEmpty() ? thrown : unavailable(words, thrown);
    }

    /** The exception for a failed commit, after which the change may have been made or not. */
    static Throwable ofCommit(Throwable thrown) {
        Throwable known = of(thrown);
        boolean undone =
                !(known instanceof UnavailableException)
                        || isContention(thrown)
                        || (find(thrown) instanceof SQLiteException lite && isUndone(lite));
        return undone ? known : outcomeUnknown(thrown);
    }

    static UnavailableException unavailable(String words, @Nullable Throwable cause) {
        if (cause != null) {
            LOG.warn("{} Cause: {}", words, cause.toString());
        }
        return new UnavailableException(words + " Try again later.", RETRY_AFTER, cause);
    }

    static UnavailableException outcomeUnknown(@Nullable Throwable cause) {
        String words = "The database stopped answering; whether the change was made is not known.";
        LOG.error("{} Cause: {}", words, String.valueOf(cause));
        return new UnavailableException(words, RETRY_AFTER, new OutcomeUnknown(words, cause));
    }

    static boolean isOutcomeUnknown(Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof OutcomeUnknown) {
                return true;
            }
        }
        return false;
    }

    static boolean isUniqueViolation(Throwable thrown) {
        SQLException sql = find(thrown);
        if (sql instanceof SQLiteException lite) {
            return switch (lite.getResultCode()) {
                case SQLITE_CONSTRAINT_UNIQUE,
                        SQLITE_CONSTRAINT_PRIMARYKEY,
                        SQLITE_CONSTRAINT_ROWID ->
                        true;
                default -> false;
            };
        }
        return sql != null && "23505".equals(sql.getSQLState());
    }

    /** Whether two transactions got into each other's way, so that one can be repeated. */
    static boolean isContention(Throwable thrown) {
        SQLException sql = find(thrown);
        return sql != null && sql.getSQLState() != null && CONTENTION.contains(sql.getSQLState());
    }

    /** Whether the connection went while the server was at work. */
    static boolean isBroken(Throwable thrown) {
        SQLException sql = find(thrown);
        return sql != null
                && sql.getSQLState() != null
                && (sql.getSQLState().startsWith("08") || sql.getSQLState().startsWith("57P"));
    }

    private static @Nullable SQLException find(@Nullable Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    private static String words(SQLiteException thrown) {
        return switch (primary(thrown)) {
            case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL ->
                    "The database is locked by another process.";
            case SQLITE_INTERRUPT -> "The database was too slow.";
            case SQLITE_FULL -> "The disk of the database is full.";
            case SQLITE_READONLY -> "The database file is read-only.";
            case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_NOMEM ->
                    "The database file cannot be read or written.";
            case SQLITE_CORRUPT, SQLITE_NOTADB -> "The database file is damaged.";
            default -> "";
        };
    }

    private static boolean isUndone(SQLiteException thrown) {
        return switch (primary(thrown)) {
            case SQLITE_BUSY, SQLITE_FULL, SQLITE_READONLY -> true;
            default -> false;
        };
    }

    private static SQLiteErrorCode primary(SQLiteException thrown) {
        return SQLiteErrorCode.getErrorCode(thrown.getResultCode().code & PRIMARY_CODE);
    }

    private static String words(SQLException thrown) {
        String state = thrown.getSQLState() == null ? "" : thrown.getSQLState();
        if (thrown instanceof SQLTransientConnectionException) {
            // The pool's: its cause is why the last connection failed, if that is why there is
            // none.
            SQLException cause = find(thrown.getCause());
            String why = cause == null ? "" : words(cause);
            return why.isEmpty() ? "The database has no free connection." : why;
        }
        if (SLOW.contains(state)) {
            return "The database was too slow.";
        }
        if (CONTENTION.contains(state)) {
            return "Too many changes to the same rows of the database at once.";
        }
        if (state.startsWith("28") || state.startsWith("3D")) {
            return "The database refuses this server's login.";
        }
        return state.length() == 5 && AWAY.contains(state.substring(0, 2))
                ? "The database does not answer."
                : "";
    }
}
