package ai.robutler.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.UnavailableException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A PostgreSQL that is slow, stalled, cut off, away, or in its own way. */
class PostgresFaultsTest {
    private static final Duration STATEMENT = Duration.ofMillis(500);

    /** The time-out of the socket counts whole seconds, from the statement's plus two. */
    private static final Duration BOUND = Duration.ofSeconds(15);

    private final TestDatabase test = TestDatabase.create(Database.Kind.POSTGRESQL);
    private final TcpProxy proxy = TcpProxy.to(test.port());
    private final Database direct = test.database();
    private final DatabaseOptions options =
            test.options(proxy)
                    .withStatementTimeout(STATEMENT)
                    .withWaitTimeout(Duration.ofSeconds(1))
                    .withConnections(2);
    private final Database database = test.open(options);

    PostgresFaultsTest() throws IOException {}

    @BeforeEach
    void createTable() {
        direct.write(h -> h.execute("CREATE TABLE things (id INTEGER PRIMARY KEY, n INTEGER)"));
    }

    @AfterEach
    void close() throws Exception {
        proxy.close();
        test.close();
    }

    private int insert(int id) {
        return database.write(h -> h.execute("INSERT INTO things VALUES (?, 0)", id));
    }

    private List<Integer> ids() {
        return direct.read(
                h -> h.select("SELECT id FROM things ORDER BY id").mapTo(Integer.class).list());
    }

    private static UnavailableException failure(Runnable run) {
        long start = System.nanoTime();
        var thrown = new AtomicReference<Throwable>();
        assertThatThrownBy(run::run)
                .isInstanceOf(UnavailableException.class)
                .satisfies(thrown::set);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
        return (UnavailableException) thrown.get();
    }

    private void recovers(int id) {
        Eventually.until(
                () -> {
                    try {
                        return insert(id) == 1;
                    } catch (UnavailableException e) {
                        return false;
                    }
                });
        Eventually.until(() -> database.health().up());
    }

    @Test
    void aSlowStatementIsStopped() {
        var thrown = failure(() -> database.write(h -> h.execute("SELECT pg_sleep(20)")));
        assertThat(thrown).hasMessageContaining("too slow");
        assertThat(thrown.retryAfter()).isPositive();
        assertThat(Database.isOutcomeUnknown(thrown)).isFalse();
        assertThat(insert(1)).isEqualTo(1);
    }

    @Test
    void aLockHeldElsewhereIsNotWaitedForForever() throws Exception {
        insert(1);
        try (Connection other =
                        DriverManager.getConnection(test.options().url() + "?user=postgres");
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE things SET n = 1 WHERE id = 1");
            failure(() -> database.write(h -> h.execute("UPDATE things SET n = 2")));
        }
        int rows = database.write(h -> h.execute("UPDATE things SET n = 2"));
        assertThat(rows).isEqualTo(1);
    }

    @Test
    void aStallEndsWithinABoundAndIsForgotten() {
        insert(1);
        proxy.stall();
        failure(() -> insert(2));
        long start = System.nanoTime();
        assertThat(database.health().up()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
        proxy.flow();
        recovers(3);
        assertThat(ids()).contains(1, 3);
    }

    @Test
    void cutConnectionsAreReplaced() throws IOException {
        insert(1);
        proxy.cut();
        recovers(2);
        assertThat(ids()).containsExactly(1, 2);
    }

    @Test
    void aServerThatIsAwayIsToldAndForgottenWhenItIsBack() throws IOException {
        insert(1);
        proxy.refuse();
        var thrown = failure(() -> insert(2));
        assertThat(Database.isOutcomeUnknown(thrown)).isFalse();
        failure(() -> database.read(h -> h.select("SELECT 1").mapTo(int.class).one()));
        failure(() -> database.migrate("store"));
        assertThat(database.health().up()).isFalse();
        proxy.accept();
        recovers(3);
        database.migrate("store");
        assertThat(ids()).containsExactly(1, 3);
    }

    @Test
    void oneMayStartBeforeItsServer() throws IOException {
        proxy.refuse();
        Database early = test.open(options);
        assertThat(early.health().up()).isFalse();
        failure(() -> early.write(h -> h.execute("INSERT INTO things VALUES (1, 0)")));
        proxy.accept();
        Eventually.until(() -> early.health().up());
    }

    @Test
    void aWorkWhoseConnectionBreaksChangesNothing() {
        var thrown =
                failure(
                        () ->
                                database.write(
                                        h -> {
                                            h.execute("INSERT INTO things VALUES (1, 0)");
                                            cut();
                                            return h.execute("INSERT INTO things VALUES (2, 0)");
                                        }));
        assertThat(Database.isOutcomeUnknown(thrown)).isFalse();
        assertThat(ids()).isEmpty();
    }

    @Test
    void aCommitWhoseConnectionBreaksIsUnknown() {
        var thrown =
                failure(
                        () ->
                                database.write(
                                        h -> {
                                            h.execute("INSERT INTO things VALUES (1, 0)");
                                            cut();
                                            return 1;
                                        }));
        assertThat(Database.isOutcomeUnknown(thrown)).isTrue();
        assertThat(thrown).hasMessageContaining("not known");
    }

    /** The commit is on its way to the server when nothing comes back any more. */
    @Test
    void aCommitThatGetsNoAnswerIsUnknown() {
        var thrown =
                failure(
                        () ->
                                database.write(
                                        h -> {
                                            h.execute("INSERT INTO things VALUES (1, 0)");
                                            proxy.stall();
                                            return 1;
                                        }));
        assertThat(Database.isOutcomeUnknown(thrown)).isTrue();
    }

    private void cut() {
        try {
            proxy.cut();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void transactionsThatCannotBeOrderedAreRepeated() throws Exception {
        insert(1);
        insert(2);
        var runs = new AtomicInteger();
        var both = new CyclicBarrier(2);
        Work<Integer> first = h -> swap(h, 1, 2, runs, both);
        Work<Integer> second = h -> swap(h, 2, 1, runs, both);
        // A statement may wait for the lock for longer here than a deadlock takes to be found.
        Database patient = test.open(test.options());
        var one = Eventually.async(() -> patient.write(first));
        var two = Eventually.async(() -> patient.write(second));
        assertThat(one.join() + two.join()).isEqualTo(2);
        assertThat(runs).hasValue(3);
        int sum = direct.read(h -> h.select("SELECT sum(n) FROM things").mapTo(int.class).one());
        assertThat(sum).isEqualTo(4);
    }

    private static int swap(
            org.jdbi.v3.core.Handle handle,
            int from,
            int to,
            AtomicInteger runs,
            CyclicBarrier both) {
        int run = runs.incrementAndGet();
        handle.execute("UPDATE things SET n = n + 1 WHERE id = ?", from);
        if (run <= 2) {
            try {
                both.await(10, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
        return handle.execute("UPDATE things SET n = n + 1 WHERE id = ?", to);
    }

    @Test
    void whatCannotBeOrderedAfterSeveralTriesIsGivenUp() {
        var runs = new AtomicInteger();
        var thrown =
                failure(
                        () ->
                                database.write(
                                        h -> {
                                            runs.incrementAndGet();
                                            return h.execute(
                                                    "DO $$ BEGIN RAISE EXCEPTION SQLSTATE"
                                                            + " '40001'; END $$");
                                        }));
        assertThat(runs).hasValue(5);
        assertThat(thrown).hasMessageContaining("same rows");
    }

    @Test
    void tooManyCallersAreRefused() {
        Database small = test.open(options.withConnections(1).withQueue(1));
        var begun = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var running =
                Eventually.async(
                        () ->
                                small.write(
                                        h -> {
                                            begun.countDown();
                                            Eventually.await(release);
                                            return 1;
                                        }));
        Eventually.await(begun);
        var waiting =
                Eventually.async(
                        () -> small.read(h -> h.select("SELECT 1").mapTo(int.class).one()));
        Eventually.until(() -> ((PostgresDatabase) small).places() == 0);
        assertThat(failure(() -> small.write(h -> 1))).hasMessageContaining("Too many");
        assertThatThrownBy(waiting::join).hasCauseInstanceOf(UnavailableException.class);
        release.countDown();
        assertThat(running.isCompletedExceptionally()).isFalse();
    }

    @Test
    void anInterruptWaitsForTheEnd() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var interrupted = new AtomicReference<Boolean>();
        Thread caller =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    direct.write(
                                            h -> {
                                                h.execute("INSERT INTO things VALUES (1, 0)");
                                                begun.countDown();
                                                Eventually.await(release);
                                                return 1;
                                            });
                                    interrupted.set(Thread.currentThread().isInterrupted());
                                });
        Eventually.await(begun);
        caller.interrupt();
        assertThat(caller.join(Duration.ofMillis(100))).isFalse();
        release.countDown();
        assertThat(caller.join(Duration.ofSeconds(30))).isTrue();
        assertThat(interrupted.get()).isTrue();
        assertThat(ids()).containsExactly(1);
    }

    @Test
    void aRefusedLoginIsToldWithoutItsPassword() {
        Database stranger = test.open(test.options().withUser("nobody", "hunter2"));
        var thrown = failure(() -> stranger.write(h -> 1));
        assertThat(thrown).hasMessageNotContaining("hunter2");
        assertThat(failure(() -> stranger.migrate("store")))
                .hasMessageContaining("login")
                .hasMessageNotContaining("hunter2");
    }
}
