package ai.robutler.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.UnavailableException;

import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;

/** What both databases do alike. */
@EachDatabase
class DatabaseTest {
    private final Database database;

    DatabaseTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void createTable() {
        database.write(h -> h.execute("CREATE TABLE things (id TEXT PRIMARY KEY, n INTEGER)"));
    }

    private static int insert(Handle handle, String id) {
        return handle.execute("INSERT INTO things (id, n) VALUES (?, 1)", id);
    }

    private List<String> ids() {
        return database.read(
                h -> h.select("SELECT id FROM things ORDER BY id").mapTo(String.class).list());
    }

    @Test
    void keepsWhatIsWritten() {
        int rows = database.write(h -> insert(h, "a"));
        assertThat(rows).isEqualTo(1);
        assertThat(ids()).containsExactly("a");
    }

    @Test
    void undoesAWorkThatThrowsAndHandsItsExceptionOn() {
        var thrown = new IllegalStateException("no");
        assertThatThrownBy(
                        () ->
                                database.write(
                                        h -> {
                                            insert(h, "a");
                                            throw thrown;
                                        }))
                .isSameAs(thrown);
        assertThat(ids()).isEmpty();
        database.write(h -> insert(h, "b"));
        assertThat(ids()).containsExactly("b");
    }

    @Test
    void whatIsWrittenSoonIsSeenAtOnce() {
        int rows = database.writeSoon(h -> insert(h, "a"));
        assertThat(rows).isEqualTo(1);
        assertThat(ids()).containsExactly("a");
        assertThatThrownBy(() -> database.writeSoon(h -> insert(h, "a")))
                .matches(Database::isUniqueViolation);
    }

    @Test
    void handsErrorsOn() {
        assertThatThrownBy(
                        () ->
                                database.write(
                                        h -> {
                                            insert(h, "a");
                                            throw new StackOverflowError();
                                        }))
                .isInstanceOf(StackOverflowError.class);
        assertThat(ids()).isEmpty();
    }

    @Test
    void mayGiveNothing() {
        Object nothing =
                database.write(
                        h -> {
                            insert(h, "a");
                            return null;
                        });
        assertThat(nothing).isNull();
        assertThat(ids()).containsExactly("a");
    }

    @Test
    void recognisesUniqueViolations() {
        database.write(h -> insert(h, "a"));
        assertThatThrownBy(() -> database.write(h -> insert(h, "a")))
                .isNotInstanceOf(UnavailableException.class)
                .matches(Database::isUniqueViolation);
        assertThatThrownBy(() -> database.write(h -> h.execute("INSERT INTO nowhere VALUES (1)")))
                .isNotInstanceOf(UnavailableException.class)
                .matches(e -> !Database.isUniqueViolation(e));
        database.write(h -> h.execute("CREATE TABLE strict (n INTEGER NOT NULL CHECK (n > 0))"));
        assertThatThrownBy(() -> database.write(h -> h.execute("INSERT INTO strict VALUES (0)")))
                .isNotInstanceOf(UnavailableException.class)
                .matches(e -> !Database.isUniqueViolation(e));
    }

    @Test
    void refusesToWriteWhileReading() {
        assertThatThrownBy(() -> database.read(h -> insert(h, "a")));
        assertThat(ids()).isEmpty();
        database.write(h -> insert(h, "b"));
        assertThat(ids()).containsExactly("b");
    }

    @Test
    void readsOneMomentOnly() {
        database.write(h -> insert(h, "a"));
        List<Integer> counts =
                database.read(
                        h -> {
                            int before = count(h);
                            database.write(other -> insert(other, "b"));
                            return List.of(before, count(h));
                        });
        assertThat(counts).containsExactly(1, 1);
        assertThat(ids()).containsExactly("a", "b");
    }

    private static int count(Handle handle) {
        return handle.select("SELECT count(*) FROM things").mapTo(int.class).one();
    }

    @Test
    void keepsForeignKeys() {
        database.write(h -> h.execute("CREATE TABLE parts (thing TEXT REFERENCES things (id))"));
        assertThatThrownBy(() -> database.write(h -> h.execute("INSERT INTO parts VALUES ('?')")))
                .isNotInstanceOf(UnavailableException.class);
    }

    @Test
    void isHealthy() {
        assertThat(database.health().up()).isTrue();
    }

    @Test
    void refusesEverythingOnceClosed() {
        database.close();
        database.close();
        assertThatThrownBy(() -> database.write(h -> insert(h, "a")))
                .isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> database.read(DatabaseTest::count))
                .isInstanceOf(UnavailableException.class);
        assertThat(database.health().up()).isFalse();
    }
}
