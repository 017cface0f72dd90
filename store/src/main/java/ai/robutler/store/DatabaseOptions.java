package ai.robutler.store;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Which database, and its bounds.
 *
 * @param url {@code jdbc:sqlite:FILE} or {@code jdbc:postgresql:…}; never holds a password: one in
 *     the URL's parameters becomes {@code password}
 * @param user "" where the URL, or the database, knows
 * @param password "" where there is none
 * @param statementTimeout how long a statement may take, and how long one waits for the lock of
 *     another process; on SQLite it bounds all statements of a work together
 * @param waitTimeout how long a caller waits for its turn, or for a connection
 * @param connections how many connections are open at most; SQLite needs few
 * @param queue how many callers may wait for their turn
 */
public record DatabaseOptions(
        String url,
        String user,
        String password,
        Duration statementTimeout,
        Duration waitTimeout,
        int connections,
        int queue) {
    private static final String SQLITE = "jdbc:sqlite:";
    private static final String POSTGRESQL = "jdbc:postgresql:";

    /**
     * @throws IllegalArgumentException if the URL is none, or is one that cannot keep anything; the
     *     message never holds a password
     */
    public DatabaseOptions {
        if (url.startsWith(SQLITE)) {
            checkFile(url.substring(SQLITE.length()));
        } else if (url.startsWith(POSTGRESQL)) {
            var split = PostgresUrl.split(url);
            url = split.url();
            user = user.isEmpty() ? split.user() : user;
            password = password.isEmpty() ? split.password() : password;
        } else {
            throw new IllegalArgumentException(
                    "the database must be jdbc:sqlite:FILE or jdbc:postgresql://HOST/NAME");
        }
        positive("statementTimeout", statementTimeout);
        positive("waitTimeout", waitTimeout);
        if (connections < 1 || queue < 1) {
            throw new IllegalArgumentException("connections and queue must be at least 1");
        }
    }

    /** SQLite in a file. */
    public static DatabaseOptions sqlite(Path file) {
        return of(SQLITE + file);
    }

    /** The database at a JDBC URL, with the bounds of the SPEC: 5 s a statement, 2 s of waiting. */
    public static DatabaseOptions of(String jdbcUrl) {
        return new DatabaseOptions(
                jdbcUrl, "", "", Duration.ofSeconds(5), Duration.ofSeconds(2), 10, 1000);
    }

    public DatabaseOptions withUser(String user, String password) {
        return new DatabaseOptions(
                url, user, password, statementTimeout, waitTimeout, connections, queue);
    }

    public DatabaseOptions withStatementTimeout(Duration statementTimeout) {
        return new DatabaseOptions(
                url, user, password, statementTimeout, waitTimeout, connections, queue);
    }

    public DatabaseOptions withWaitTimeout(Duration waitTimeout) {
        return new DatabaseOptions(
                url, user, password, statementTimeout, waitTimeout, connections, queue);
    }

    public DatabaseOptions withConnections(int connections) {
        return new DatabaseOptions(
                url, user, password, statementTimeout, waitTimeout, connections, queue);
    }

    public DatabaseOptions withQueue(int queue) {
        return new DatabaseOptions(
                url, user, password, statementTimeout, waitTimeout, connections, queue);
    }

    Database.Kind kind() {
        return url.startsWith(SQLITE) ? Database.Kind.SQLITE : Database.Kind.POSTGRESQL;
    }

    /** The file of a SQLite database. */
    Path file() {
        return Path.of(url.substring(SQLITE.length())).toAbsolutePath();
    }

    private static void checkFile(String file) {
        if (file.isBlank() || file.startsWith(":memory:")) {
            throw new IllegalArgumentException(
                    "the database must be a file, as in jdbc:sqlite:robutler.db: what is in memory"
                            + " is lost at the end, and every connection has its own");
        }
        if (file.startsWith("file:") || file.startsWith(":") || file.contains("?")) {
            throw new IllegalArgumentException(
                    "the database must be a plain path, as in jdbc:sqlite:robutler.db: URIs and"
                            + " parameters are not understood");
        }
    }

    private static void positive(String name, Duration duration) {
        if (duration.toMillis() < 1 || duration.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(name + " must be from 1 ms to a day");
        }
    }

    /** Without the password, and without parameters of the URL, which may hold others. */
    @Override
    public String toString() {
        int parameters = url.indexOf('?');
        return parameters < 0 ? url : url.substring(0, parameters);
    }
}
