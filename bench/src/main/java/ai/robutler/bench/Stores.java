package ai.robutler.bench;

import ai.robutler.store.Database;
import ai.robutler.store.DatabaseOptions;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;

/**
 * Empty databases of both kinds, in the folder for temporary files, which must be on a disk: both
 * wait for it at each commit. All is removed in the end.
 */
final class Stores implements AutoCloseable {
    private final Path folder;
    private final EmbeddedPostgres postgres;
    private int count;

    private Stores(Path folder, EmbeddedPostgres postgres) {
        this.folder = folder;
        this.postgres = postgres;
    }

    static Stores open() throws IOException {
        return new Stores(
                Files.createTempDirectory("robutler-bench"),
                EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .start());
    }

    /** An empty folder. */
    Path folder() throws IOException {
        return Files.createDirectory(folder.resolve("folder-" + ++count));
    }

    Database create(Database.Kind kind) throws IOException, SQLException {
        return switch (kind) {
            case SQLITE -> Database.open(DatabaseOptions.sqlite(folder().resolve("bench.db")));
            case POSTGRESQL -> Database.open(DatabaseOptions.of(url(createPostgres())));
        };
    }

    private String createPostgres() throws SQLException {
        String name = "bench_" + ++count;
        try (Connection connection = DriverManager.getConnection(url("postgres"));
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return name;
    }

    private String url(String name) {
        return "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/" + name + "?user=postgres";
    }

    @Override
    public void close() throws IOException {
        postgres.close();
        try (var tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
