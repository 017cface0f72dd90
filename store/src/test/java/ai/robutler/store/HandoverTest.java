package ai.robutler.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Who is told, and when, that a statement does not need this process any more. */
class HandoverTest {
    private static final String INSERT = "INSERT INTO things (id) SELECT ? FROM pg_sleep(?)";

    private final TestDatabase test = TestDatabase.create(Database.Kind.POSTGRESQL);
    private final Database database = test.database();
    private final CountDownLatch told = new CountDownLatch(1);

    @BeforeEach
    void createTable() {
        database.write(handle -> handle.execute("CREATE TABLE things (id TEXT PRIMARY KEY)"));
    }

    @AfterEach
    void close() throws Exception {
        test.close();
    }

    private static Work<Integer> insert(String id, double seconds, Handover handover) {
        return Work.ofOneStatement(handle -> handle.execute(INSERT, id, seconds), handover);
    }

    private long things() {
        return database.read(
                handle -> handle.select("SELECT count(*) FROM things").mapTo(Long.class).one());
    }

    @Test
    void theCallerIsToldBeforeTheEnd() throws Exception {
        Handover handover = Handover.of("thing-1", told::countDown);
        var written =
                CompletableFuture.supplyAsync(
                        () -> database.write(insert("thing-1", 1.0, handover)));
        assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(written).isNotDone();
        assertThat(things()).isZero();
        assertThat(written.get(20, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(things()).isEqualTo(1);
    }

    /** What this process sends before or after it is not what was to be handed over. */
    @Test
    void nothingElseIsTakenForIt() {
        database.writeSoon(insert("thing-2", 0, Handover.of("thing-1", told::countDown)));
        assertThat(told.getCount()).isEqualTo(1);
    }

    /** A statement that does not go out at once with its argument is not recognized. */
    @ParameterizedTest
    @ValueSource(ints = {100, 7_900, 8_190, 20_000, 200_000})
    void longStatementsAreMadeInAnyCase(int length) {
        var times = new AtomicInteger();
        Work<Integer> work =
                Work.ofOneStatement(
                        handle ->
                                handle.execute(
                                        "INSERT INTO things (id) SELECT ? WHERE ? <> ''",
                                        "thing-1",
                                        "x".repeat(length)),
                        Handover.of("thing-1", times::incrementAndGet));
        assertThat(database.write(work)).isEqualTo(1);
        assertThat(times).hasValueLessThanOrEqualTo(1);
        assertThat(things()).isEqualTo(1);
    }

    @Test
    void whatFailsFailsAfterItWasHandedOver() {
        database.write(insert("thing-1", 0, Handover.of("thing-1", () -> {})));
        assertThatThrownBy(
                        () ->
                                database.write(
                                        insert(
                                                "thing-1",
                                                0,
                                                Handover.of("thing-1", told::countDown))))
                .matches(Database::isUniqueViolation);
        assertThat(told.getCount()).isZero();
    }

    @Test
    void inATransactionNobodyIsTold() {
        Work<Integer> one = insert("thing-1", 0, Handover.of("thing-1", told::countDown));
        database.write(handle -> one.in(handle));
        assertThat(told.getCount()).isEqualTo(1);
        assertThat(things()).isEqualTo(1);
    }

    @Test
    void sqliteTellsNobody() throws Exception {
        try (TestDatabase sqlite = TestDatabase.create(Database.Kind.SQLITE)) {
            Database other = sqlite.database();
            other.write(handle -> handle.execute("CREATE TABLE things (id TEXT PRIMARY KEY)"));
            other.write(
                    Work.ofOneStatement(
                            handle -> handle.execute("INSERT INTO things VALUES ('thing-1')"),
                            Handover.of("thing-1", told::countDown)));
        }
        assertThat(told.getCount()).isEqualTo(1);
    }
}
