package ai.robutler.store;

import ai.robutler.core.UnavailableException;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import javax.sql.DataSource;

/** Brings the tables of one module up to date. */
record Migrations(String module, ScriptFolders folders) {
    private static final Pattern NAME = Pattern.compile("[a-z]+");

    /** How long to wait for another node that is at it. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    Migrations {
        if (!NAME.matcher(module).matches()) {
            throw new IllegalArgumentException("a module's name is of small letters: " + module);
        }
    }

    /** Flyway has no lock on SQLite. */
    void run(SqliteFile file) {
        Scripts scripts = scripts(Database.Kind.SQLITE);
        var database = new Connections(file::plain);
        if (!haveRun(scripts, database)) {
            try (var _ = MigrationLock.of(file.path())) {
                run(database, scripts);
            }
        }
    }

    /** Flyway has a lock on PostgreSQL, but looks for its history before it takes it. */
    void run(PostgresServer server) {
        Scripts scripts = scripts(Database.Kind.POSTGRESQL);
        var database = new Connections(server::migrationConnection);
        if (haveRun(scripts, database)) {
            return;
        }
        try (Connection locking = server.migrationConnection();
                Statement statement = locking.createStatement()) {
            statement.execute("SET lock_timeout = " + PATIENCE.toMillis());
            // A name that no other program's locks have; it ends with the connection.
            statement.execute("SELECT pg_advisory_lock(hashtextextended('ai.robutler.store', 0))");
            run(database, scripts);
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

    private Scripts scripts(Database.Kind kind) {
        Scripts scripts = Scripts.of(module, kind, folders);
        if (scripts.all().isEmpty()) {
            throw new IllegalStateException("the module " + module + " has no scripts for " + kind);
        }
        return scripts;
    }

    private boolean haveRun(Scripts scripts, DataSource database) {
        try (Connection connection = database.getConnection()) {
            return scripts.haveRun(connection);
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    private void run(DataSource database, Scripts scripts) {
        FluentConfiguration configuration =
                Flyway.configure(Migrations.class.getClassLoader())
                        .dataSource(database)
                        // So it looks for none itself, which takes long in a large jar.
                        .resourceProvider(scripts)
                        .javaMigrationClassProvider(List::of)
                        .loggers(FlywayLogs.class.getName())
                        .table(scripts.history())
                        // Other modules' tables are there before this module's history is.
                        .baselineOnMigrate(true)
                        .baselineVersion("0")
                        .placeholderReplacement(false)
                        .validateMigrationNaming(true);
        try {
            configuration.load().migrate();
        } catch (FlywayException e) {
            throw unavailable(e);
        }
    }
}
