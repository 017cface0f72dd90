package ai.robutler.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

class DatabaseTest {
    @TempDir Path folder;

    @Test
    void keepsWhatWasWrittenInSqlite() {
        check(DatabaseOptions.sqlite(folder.resolve("a/b.db")));
    }

    @Test
    void keepsWhatWasWrittenInPostgres() throws Exception {
        try (var postgres = EmbeddedPostgres.start()) {
            check(DatabaseOptions.of(postgres.getJdbcUrl("postgres", "postgres")));
        }
    }

    private static void check(DatabaseOptions options) {
        try (Database database = Database.open(options)) {
            database.migrate("store");
            database.migrate("store");
            database.write(h -> h.execute("CREATE TABLE t (id TEXT PRIMARY KEY)"));
            database.write(h -> h.execute("INSERT INTO t VALUES (?)", "one"));
            List<String> ids =
                    database.read(h -> h.select("SELECT id FROM t").mapTo(String.class).list());
            assertThat(ids).containsExactly("one");
            assertThat(database.health().up()).isTrue();
        }
    }
}
