package ai.robutler.store;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.logging.LogFactory;

import java.util.regex.Pattern;

import javax.sql.DataSource;

/** The scripts of one module. */
record Migrations(String module) {
    private static final Pattern NAME = Pattern.compile("[a-z]+");

    Migrations {
        if (!NAME.matcher(module).matches()) {
            throw new IllegalArgumentException("a module's name is of small letters: " + module);
        }
    }

    static Migrations of(String module) {
        return new Migrations(module);
    }

    void run(SqliteFile file) {
        try (var _ = MigrationLock.of(file.path())) {
            run(new Connections(file::plain), "sqlite");
        }
    }

    /** PostgreSQL's lock is Flyway's: it holds an advisory one. */
    void run(DataSource postgres) {
        run(postgres, "postgresql");
    }

    private void run(DataSource database, String dialect) {
        LogFactory.setLogCreator(FlywayLog::new);
        String folder = "classpath:ai/robutler/" + module + "/migrations/";
        FluentConfiguration configuration =
                Flyway.configure(Migrations.class.getClassLoader())
                        .dataSource(database)
                        .locations(folder + "common", folder + dialect)
                        .failOnMissingLocations(false)
                        .table(module + "_schema_history")
                        // Other modules' tables are there before this module's history is.
                        .baselineOnMigrate(true)
                        .baselineVersion("0")
                        .placeholderReplacement(false)
                        .validateMigrationNaming(true);
        try {
            configuration.load().migrate();
        } catch (FlywayException e) {
            Throwable known = SqlFailures.of(e);
            if (known instanceof ai.robutler.core.UnavailableException away) {
                throw away;
            }
            throw new IllegalStateException(
                    "the tables of " + module + " cannot be brought up to date: " + e.getMessage(),
                    e);
        }
    }
}
