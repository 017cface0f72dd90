package ai.robutler.store;

import ai.robutler.core.UnavailableException;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Pattern;

import javax.sql.DataSource;

/** The scripts of one module. */
record Migrations(String module) {
    private static final Pattern NAME = Pattern.compile("[a-z]+");

    /** How long to wait for another node that is at it. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    Migrations {
        if (!NAME.matcher(module).matches()) {
            throw new IllegalArgumentException("a module's name is of small letters: " + module);
        }
    }

    static Migrations of(String module) {
        return new Migrations(module);
    }

    /** Flyway has no lock on SQLite. */
    void run(SqliteFile file) {
        try (var _ = MigrationLock.of(file.path())) {
            run(new Connections(file::plain), "sqlite");
        }
    }

    /** Flyway has a lock on PostgreSQL, but looks for its history before it takes it. */
    void run(PostgresServer server) {
        try (Connection locking = server.migrationConnection();
                Statement statement = locking.createStatement()) {
            statement.execute("SET lock_timeout = " + PATIENCE.toMillis());
            // A name that no other program's locks have; it ends with the connection.
            statement.execute("SELECT pg_advisory_lock(hashtextextended('ai.robutler.store', 0))");
            run(new Connections(server::migrationConnection), "postgresql");
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    private RuntimeException unavailable(Exception thrown) {
        return SqlFailures.of(thrown) instanceof UnavailableException away
                ? away
                : new IllegalStateException(
                        "the tables of "
                                + module
                                + " cannot be brought up to date: "
                                + thrown.getMessage(),
                        thrown);
    }

    private void run(DataSource database, String dialect) {
        String folder = "classpath:ai/robutler/" + module + "/migrations/";
        FluentConfiguration configuration =
                Flyway.configure(Migrations.class.getClassLoader())
                        .dataSource(database)
                        .locations(folder + "common", folder + dialect)
                        .failOnMissingLocations(false)
                        .loggers(FlywayLogs.class.getName())
                        .table(module + "_schema_history")
                        // Other modules' tables are there before this module's history is.
                        .baselineOnMigrate(true)
                        .baselineVersion("0")
                        .placeholderReplacement(false)
                        .validateMigrationNaming(true);
        try {
            Flyway flyway = configuration.load();
            if (flyway.migrate().migrationsExecuted == 0 && !hasScripts(flyway)) {
                throw new IllegalStateException(
                        "the module " + module + " has no scripts for " + dialect);
            }
        } catch (FlywayException e) {
            throw unavailable(e);
        }
    }

    private static boolean hasScripts(Flyway flyway) {
        return Arrays.stream(flyway.info().all()).anyMatch(each -> !each.getType().isBaseline());
    }
}
