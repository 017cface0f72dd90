package ai.robutler.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.UnavailableException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;

/** Where the file may be, who may read it, and what is wrong with those that cannot be used. */
class SqliteFileTest {
    @TempDir Path folder;

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void fileAndNewFoldersAreForTheirOwnerAlone() throws IOException {
        Path file = folder.resolve("a/b/robutler.db");
        try (Database database = Database.open(DatabaseOptions.sqlite(file))) {
            database.write(h -> h.execute("CREATE TABLE t (n INTEGER)"));
            for (String suffix : new String[] {"", "-wal", "-shm"}) {
                assertThat(permissions(Path.of(file + suffix))).isEqualTo("rw-------");
            }
        }
        assertThat(permissions(folder.resolve("a"))).isEqualTo("rwx------");
        assertThat(permissions(folder.resolve("a/b"))).isEqualTo("rwx------");
    }

    @Test
    void aFolderThatWasThereStaysAsItIs() throws IOException {
        Path there = Files.createDirectory(folder.resolve("there"));
        Files.setPosixFilePermissions(there, PosixFilePermissions.fromString("rwxr-xr-x"));
        Database.open(DatabaseOptions.sqlite(there.resolve("robutler.db"))).close();
        assertThat(permissions(there)).isEqualTo("rwxr-xr-x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "with spaces in it.db",
                "Größe/データ.db",
                "percent%20&=#;.db",
                "it's \"quoted\".db",
                "file.db"
            })
    void unusualPathsWork(String name) {
        var options = DatabaseOptions.sqlite(folder.resolve(name));
        try (Database database = Database.open(options)) {
            database.migrate("store");
            database.write(h -> h.execute("CREATE TABLE t (n INTEGER)"));
            database.write(h -> h.execute("INSERT INTO t VALUES (7)"));
        }
        assertThat(folder.resolve(name)).isRegularFile();
        try (Database database = Database.open(options)) {
            int n = database.read(h -> h.select("SELECT n FROM t").mapTo(int.class).one());
            assertThat(n).isEqualTo(7);
        }
    }

    @Test
    void afolderInItsPlaceIsNamed() throws IOException {
        Path file = Files.createDirectory(folder.resolve("robutler.db"));
        assertThatThrownBy(() -> Database.open(DatabaseOptions.sqlite(file)))
                .isInstanceOf(UnavailableException.class)
                .hasMessage("The database file " + file + " is no file.");
    }

    @Test
    void aFileInTheFoldersPlaceIsNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("data"));
        assertThatThrownBy(() -> Database.open(DatabaseOptions.sqlite(file.resolve("a.db"))))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("The database file " + file.resolve("a.db"))
                .hasMessageContaining("in the way");
    }

    /** Root may write to every folder, but to none of the kernel's. */
    @Test
    void aFolderThatCannotBeWrittenIsNamed() {
        assertThatThrownBy(() -> Database.open(DatabaseOptions.sqlite(Path.of("/proc/a.db"))))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("The database file /proc/a.db cannot be created")
                .hasMessageContaining("writable");
    }

    @Test
    void aFileThatIsNoDatabaseIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "no database ".repeat(1000));
        assertThatThrownBy(() -> Database.open(DatabaseOptions.sqlite(file)))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("not a database");
    }

    @Test
    void aLockHeldElsewhereIsWaitedForAndThenTold() throws Exception {
        Path file = folder.resolve("robutler.db");
        var options = DatabaseOptions.sqlite(file).withStatementTimeout(Duration.ofMillis(300));
        try (Database database = Database.open(options)) {
            database.write(h -> h.execute("CREATE TABLE t (n INTEGER)"));
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                    var statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                assertThatThrownBy(() -> database.write(h -> h.execute("INSERT INTO t VALUES (1)")))
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining("locked by another process")
                        .matches(e -> !Database.isOutcomeUnknown(e));
                assertThat(database.health().up()).isTrue();
                var waiting =
                        Eventually.async(
                                () -> database.write(h -> h.execute("INSERT INTO t VALUES (2)")));
                statement.execute("COMMIT");
                assertThat(waiting.join()).isEqualTo(1);
            }
        }
    }

    @Test
    void aFullDiskIsToldAndForgottenWhenThereIsRoom() {
        var options = DatabaseOptions.sqlite(folder.resolve("robutler.db"));
        try (Database database = Database.open(options)) {
            database.write(h -> h.execute("CREATE TABLE t (b BLOB)"));
            // Undone with the transaction's failure or kept: the connection is a new one then.
            assertThatThrownBy(
                            () ->
                                    database.write(
                                            h -> {
                                                h.execute("PRAGMA max_page_count = 10");
                                                return h.execute(
                                                        "INSERT INTO t VALUES (zeroblob(1000000))");
                                            }))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("full")
                    .matches(e -> !Database.isOutcomeUnknown(e));
            database.write(
                    h -> {
                        h.execute("PRAGMA max_page_count = 1000000");
                        return h.execute("INSERT INTO t VALUES (zeroblob(1000000))");
                    });
            int rows =
                    database.read(h -> h.select("SELECT count(*) FROM t").mapTo(int.class).one());
            assertThat(rows).isEqualTo(1);
        }
    }
}
