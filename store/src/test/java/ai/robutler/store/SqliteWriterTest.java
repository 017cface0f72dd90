package ai.robutler.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.CancelledException;
import ai.robutler.core.UnavailableException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** How writes share a transaction, and what becomes of each. */
class SqliteWriterTest {
    private static final String ENDLESS =
            "INSERT INTO things WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                    + " SELECT 'x' || i FROM n WHERE i < 0";

    private final TestDatabase test = TestDatabase.create(Database.Kind.SQLITE);
    private SqliteDatabase database = open(1000);
    private final CountDownLatch release = new CountDownLatch(1);
    private CompletableFuture<Integer> blocked = CompletableFuture.completedFuture(0);

    private SqliteDatabase open(int queue) {
        return (SqliteDatabase)
                test.open(
                        test.options()
                                .withQueue(queue)
                                .withStatementTimeout(Duration.ofMillis(500))
                                .withWaitTimeout(Duration.ofSeconds(20)));
    }

    @BeforeEach
    void createTable() {
        database.write(h -> h.execute("CREATE TABLE things (id TEXT PRIMARY KEY)"));
    }

    @AfterEach
    void close() throws Exception {
        release.countDown();
        test.close();
    }

    private CompletableFuture<Integer> insert(String id) {
        return Eventually.async(
                () -> database.write(h -> h.execute("INSERT INTO things VALUES (?)", id)));
    }

    private List<String> ids() {
        return database.read(
                h -> h.select("SELECT id FROM things ORDER BY id").mapTo(String.class).list());
    }

    /** Keeps the writer busy until it is released. */
    private void block() {
        var begun = new CountDownLatch(1);
        blocked =
                Eventually.async(
                        () ->
                                database.write(
                                        h -> {
                                            begun.countDown();
                                            Eventually.await(release);
                                            return 0;
                                        }));
        Eventually.await(begun);
    }

    private void untilWaiting(int tasks) {
        Eventually.until(() -> database.waiting() == tasks);
    }

    @Test
    void thoseWhoWaitShareACommit() {
        block();
        var inserts = new ArrayList<CompletableFuture<Integer>>();
        for (int i = 0; i < 40; i++) {
            inserts.add(insert("a" + i));
        }
        untilWaiting(40);
        long before = database.commits();
        release.countDown();
        inserts.forEach(each -> assertThat(each.join()).isEqualTo(1));
        // The blocker's own, and one or, on a slow machine, a few more.
        assertThat(database.commits() - before).isBetween(1L, 10L);
        assertThat(ids()).hasSize(40);
    }

    @Test
    void aSingleWriteIsOneCommit() {
        long before = database.commits();
        insert("a").join();
        insert("b").join();
        assertThat(database.commits() - before).isEqualTo(2);
    }

    @Test
    void oneThatFailsLeavesTheOthersAlone() {
        block();
        var first = insert("a");
        untilWaiting(1);
        var wrong = insert("a");
        untilWaiting(2);
        var thrown =
                Eventually.async(
                        () ->
                                database.write(
                                        h -> {
                                            h.execute("INSERT INTO things VALUES ('undone')");
                                            throw new IllegalStateException("mine");
                                        }));
        untilWaiting(3);
        var last = insert("b");
        untilWaiting(4);
        release.countDown();
        assertThat(first.join()).isEqualTo(1);
        assertThat(last.join()).isEqualTo(1);
        assertThatThrownBy(wrong::join).matches(Database::isUniqueViolation);
        assertThatThrownBy(thrown::join).hasRootCauseMessage("mine");
        assertThat(ids()).containsExactly("a", "b");
    }

    /** SQLite undoes the whole transaction when it stops a statement that changes something. */
    @Test
    void oneThatIsTooSlowIsStoppedAndTheOthersAreRepeated() {
        block();
        var runs = new AtomicInteger();
        var first =
                Eventually.async(
                        () ->
                                database.write(
                                        h -> {
                                            runs.incrementAndGet();
                                            return h.execute("INSERT INTO things VALUES ('a')");
                                        }));
        untilWaiting(1);
        var slow = Eventually.async(() -> database.write(h -> h.execute(ENDLESS)));
        untilWaiting(2);
        release.countDown();
        assertThat(first.join()).isEqualTo(1);
        assertThatThrownBy(slow::join)
                .hasCauseInstanceOf(UnavailableException.class)
                .hasMessageContaining("too slow");
        assertThat(runs).hasValueBetween(1, 2);
        assertThat(ids()).containsExactly("a");
        assertThat(insert("b").join()).isEqualTo(1);
    }

    @Test
    void aSlowReadIsStoppedToo() {
        assertThatThrownBy(
                        () ->
                                database.read(
                                        h ->
                                                h.select(
                                                                "WITH RECURSIVE n(i) AS (SELECT 1"
                                                                        + " UNION ALL SELECT i + 1 FROM"
                                                                        + " n) SELECT count(*) FROM n")
                                                        .mapTo(int.class)
                                                        .one()))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("too slow");
        assertThat(ids()).isEmpty();
    }

    @Test
    void aFullQueueRefuses() {
        database.close();
        database = open(2);
        block();
        var waiting = List.of(insert("a"), insert("b"));
        untilWaiting(2);
        assertThatThrownBy(() -> insert("c").join())
                .hasCauseInstanceOf(UnavailableException.class)
                .hasMessageContaining("Too many");
        release.countDown();
        waiting.forEach(CompletableFuture::join);
        assertThat(ids()).containsExactly("a", "b");
    }

    @Test
    void oneWhoWaitsTooLongGivesUpAndChangesNothing() {
        Database impatient = test.open(test.options().withWaitTimeout(Duration.ofMillis(50)));
        var begun = new CountDownLatch(1);
        var blocked =
                Eventually.async(
                        () ->
                                impatient.write(
                                        h -> {
                                            begun.countDown();
                                            Eventually.await(release);
                                            return 1;
                                        }));
        Eventually.await(begun);
        assertThatThrownBy(() -> impatient.write(h -> h.execute("INSERT INTO things VALUES ('a')")))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("busy")
                .matches(e -> !Database.isOutcomeUnknown(e));
        release.countDown();
        blocked.join();
        assertThat(ids()).isEmpty();
    }

    @Test
    void anInterruptBeforeTheBeginningCancels() {
        block();
        var outcome = new CompletableFuture<Throwable>();
        Thread caller =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        database.write(
                                                h -> h.execute("INSERT INTO things VALUES ('a')"));
                                        outcome.completeExceptionally(new AssertionError());
                                    } catch (CancelledException e) {
                                        outcome.complete(
                                                Thread.currentThread().isInterrupted()
                                                        ? e
                                                        : new AssertionError("flag lost"));
                                    }
                                });
        untilWaiting(1);
        caller.interrupt();
        assertThat(outcome.join()).isInstanceOf(CancelledException.class);
        untilWaiting(0);
        release.countDown();
        insert("b").join();
        assertThat(ids()).containsExactly("b");
    }

    @Test
    void anInterruptAfterTheBeginningWaitsForTheEnd() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var interrupted = new AtomicReference<Boolean>();
        Thread caller =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    database.write(
                                            h -> {
                                                begun.countDown();
                                                Eventually.await(release);
                                                return h.execute("INSERT INTO things VALUES ('a')");
                                            });
                                    interrupted.set(Thread.currentThread().isInterrupted());
                                });
        Eventually.await(begun);
        caller.interrupt();
        assertThat(caller.join(Duration.ofMillis(100))).isFalse();
        release.countDown();
        assertThat(caller.join(Duration.ofSeconds(30))).isTrue();
        assertThat(interrupted.get()).isTrue();
        assertThat(ids()).containsExactly("a");
    }

    @Test
    void closingRefusesThoseWhoWait() {
        block();
        var waiting = insert("a");
        untilWaiting(1);
        var closed =
                Eventually.async(
                        () -> {
                            database.close();
                            return true;
                        });
        assertThatThrownBy(waiting::join)
                .hasCauseInstanceOf(UnavailableException.class)
                .hasMessageContaining("closed");
        release.countDown();
        blocked.join();
        assertThat(closed.join()).isTrue();
    }
}
