package ai.robutler.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The scripts are in the resources of the tests: modules {@code sample} and {@code broken}. */
@EachDatabase
class MigrationsTest {
    private final TestDatabase test;

    MigrationsTest(TestDatabase test) {
        this.test = test;
    }

    private static List<String> words(Database database) {
        return database.read(
                h -> h.select("SELECT word FROM sample ORDER BY word").mapTo(String.class).list());
    }

    @Test
    void commonAndOwnScriptsRunInOrderAndOnce() {
        Database database = test.database();
        database.migrate("sample");
        database.migrate("sample");
        assertThat(words(database))
                .containsExactly("common", test.kind().name().toLowerCase(java.util.Locale.ROOT));
    }

    @Test
    void modulesHaveHistoriesOfTheirOwn() {
        Database database = test.database();
        database.migrate("store");
        database.migrate("sample");
        database.migrate("store");
        for (String module : List.of("store", "sample")) {
            int rows =
                    database.read(
                            h ->
                                    h.select(
                                                    "SELECT count(*) FROM "
                                                            + module
                                                            + "_schema_history WHERE success")
                                            .mapTo(int.class)
                                            .one());
            assertThat(rows).as(module).isPositive();
        }
    }

    @Test
    void severalNodesMayDoSoAtOnce() {
        List<CompletableFuture<Boolean>> nodes =
                Stream.generate(test::open)
                        .limit(6)
                        .map(
                                node ->
                                        Eventually.async(
                                                () -> {
                                                    node.migrate("sample");
                                                    node.migrate("store");
                                                    return true;
                                                }))
                        .toList();
        nodes.forEach(node -> assertThat(node.join()).isTrue());
        assertThat(words(test.database())).hasSize(2);
    }

    @Test
    void aScriptThatFailsIsNamedAndLeavesNothing() {
        Database database = test.database();
        assertThatThrownBy(() -> database.migrate("broken"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the tables of broken")
                .hasMessageContaining("V1__broken.sql");
        assertThatThrownBy(
                () -> database.read(h -> h.select("SELECT * FROM half").mapToMap().list()));
    }

    @Test
    void aScriptThatIsAnotherThanTheOneThatRanIsRefused() {
        Database database = test.database();
        database.migrate("sample");
        database.write(h -> h.execute("UPDATE sample_schema_history SET checksum = 1"));
        assertThatThrownBy(() -> database.migrate("sample"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("checksum");
    }

    @Test
    void theHistoryTellsWhetherThereIsAnythingToDo() {
        Database database = test.database();
        Scripts sample = Scripts.of("sample", test.kind(), new ScriptFolders());
        assertThat(haveRun(sample)).as("no history").isFalse();
        database.migrate("sample");
        assertThat(haveRun(sample)).isTrue();
        var more = new ArrayList<>(sample.all());
        more.add(new Script("V3__more.sql", new byte[0]));
        assertThat(haveRun(new Scripts("sample", test.kind(), more))).as("one more").isFalse();
        database.write(h -> h.execute("UPDATE sample_schema_history SET checksum = 1"));
        assertThat(haveRun(sample)).as("another").isFalse();
    }

    private boolean haveRun(Scripts scripts) {
        return test.database()
                .read(
                        handle -> {
                            try {
                                return scripts.haveRun(handle.getConnection());
                            } catch (SQLException e) {
                                throw new AssertionError(e);
                            }
                        });
    }

    @Test
    void tablesThatAreMadeLateAreThereWhenSomebodyComes() {
        Database late = test.database().late();
        late.migrate("sample");
        assertThat(tables()).isEmpty();
        assertThat(words(late)).hasSize(2);
        late.migrate("broken");
        assertThatThrownBy(() -> words(late))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the tables of broken");
        assertThatThrownBy(() -> words(late)).as("and again").hasMessageContaining("broken");
        late.close();
        assertThat(words(test.database())).hasSize(2);
    }

    private List<String> tables() {
        String from =
                switch (test.kind()) {
                    case SQLITE -> "sqlite_master WHERE name";
                    case POSTGRESQL -> "pg_class WHERE relname";
                };
        return test.database()
                .read(
                        h ->
                                h.select("SELECT 'x' FROM " + from + " = 'sample'")
                                        .mapTo(String.class)
                                        .list());
    }

    @Test
    void namesAreChecked() {
        for (String name : List.of("", "../store", "a b", "Store")) {
            assertThatThrownBy(() -> test.database().migrate(name))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aModuleWithoutScriptsIsAMistake() {
        assertThatThrownBy(() -> test.database().migrate("nosuch"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nosuch");
    }
}
