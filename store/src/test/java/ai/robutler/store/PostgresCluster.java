package ai.robutler.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/** One PostgreSQL server for all tests of a process, started by the first. It ends with it. */
final class PostgresCluster {
    /** The template that is always there. */
    static final String EMPTY = "template1";

    private static final AtomicInteger NAMES = new AtomicInteger();

    private PostgresCluster() {}

    private static final class Running {
        static final EmbeddedPostgres SERVER = start();

        /** One for all: each is a process of the server. */
        static final Connection ADMIN = connect();

        private static Connection connect() {
            try {
                return DriverManager.getConnection(url(SERVER.getPort(), "postgres"));
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("synchronous_commit", "on")
                        // The tests kill clients, never the machine.
                        .setServerConfig("fsync", System.getProperty("store.test.fsync", "off"))
                        .setServerConfig("full_page_writes", "off")
                        .start();
            } catch (IOException e) {
                throw new IllegalStateException("the embedded PostgreSQL does not start", e);
            }
        }
    }

    static int port() {
        return Running.SERVER.getPort();
    }

    static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=postgres";
    }

    /** Creates a copy of a database, and tells its name. */
    static String create(String template) {
        String name = "test_" + NAMES.incrementAndGet();
        // The blocks by files: half the work of taking them through the log.
        execute("CREATE DATABASE " + name + " TEMPLATE " + template + " STRATEGY file_copy");
        return name;
    }

    static void drop(String name) {
        execute("DROP DATABASE " + name + " WITH (FORCE)");
    }

    private static void execute(String sql) {
        synchronized (Running.ADMIN) {
            try (var statement = Running.ADMIN.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
