package ai.robutler.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.AnswerLog;
import ai.robutler.core.AnswerLog.Answered;
import ai.robutler.core.AnswerLog.Mine;
import ai.robutler.core.RecordedAnswer;
import ai.robutler.core.UnavailableException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Answers in the database, of two nodes. */
@EachDatabase(migrated = "store")
class StoredAnswersTest extends AnswerLogContract {
    private static final StoredAnswers.Bounds BOUNDS =
            new StoredAnswers.Bounds(3, 1_000, Duration.ofHours(1), Duration.ofSeconds(30));

    private final TestDatabase test;
    private final AtomicLong time = new AtomicLong(System.currentTimeMillis());
    private StoredAnswers log;
    private StoredAnswers other;

    StoredAnswersTest(TestDatabase test) {
        this.test = test;
        test.database().migrate("store");
        log = node(BOUNDS);
        other = node(BOUNDS);
    }

    private StoredAnswers node(StoredAnswers.Bounds bounds) {
        return new StoredAnswers(test.open(), bounds, () -> Instant.ofEpochMilli(time.get()));
    }

    @BeforeEach
    void begin() {
        assertThat(rows()).isZero();
    }

    @AfterEach
    void stop() {
        log.close();
        other.close();
    }

    @Override
    AnswerLog log() {
        return log;
    }

    @Override
    AnswerLog otherNode() {
        return other;
    }

    private int rows() {
        return test.database()
                .read(h -> h.select("SELECT COUNT(*) FROM answers").mapTo(Integer.class).one());
    }

    private void later(Duration duration) {
        time.addAndGet(duration.toMillis());
    }

    @Test
    void answersOutliveTheNode() {
        mine(log, "a").keep(ANSWER);
        log.close();
        assertThat(claim(node(BOUNDS), "a")).isEqualTo(new Answered(ANSWER));
    }

    @Test
    void answersExpire() {
        mine(log, "a").keep(ANSWER);
        later(Duration.ofMinutes(59));
        assertThat(claim(other, "a")).isEqualTo(new Answered(ANSWER));
        later(Duration.ofMinutes(2));
        assertThat(claimNow(other, "a", "another body")).isInstanceOf(Mine.class);
    }

    @Test
    void whatADeadNodeHadIsTakenOverAfterItsLease() {
        Mine lost = mine(log, "a");
        log.close();
        assertThat(claimNow(other, "a", "body")).isEqualTo(new AnswerLog.Running());
        later(Duration.ofSeconds(31));
        Mine taken = (Mine) claimNow(other, "a", "body");
        // The dead come back: too late.
        lost.keep(new RecordedAnswer(200, "text/plain", Map.of(), "late"));
        assertThat(claimNow(other, "a", "body")).isEqualTo(new AnswerLog.Running());
        taken.keep(ANSWER);
        assertThat(claim(other, "a")).isEqualTo(new Answered(ANSWER));
    }

    @Test
    void aLivingNodeKeepsItsLease() {
        var quick = new StoredAnswers.Bounds(3, 1_000, Duration.ofHours(1), Duration.ofMillis(300));
        try (var living = node(quick)) {
            Mine mine = mine(living, "a");
            long first = expires("a");
            later(Duration.ofMillis(200));
            Eventually.until(() -> expires("a") >= first + 200);
            later(Duration.ofMillis(200));
            assertThat(claimNow(other, "a", "body")).isEqualTo(new AnswerLog.Running());
            mine.abandon();
            assertThat(rows()).isZero();
        }
    }

    private long expires(String key) {
        return test.database()
                .read(
                        h ->
                                h.select("SELECT expires FROM answers WHERE id = ?", key)
                                        .mapTo(Long.class)
                                        .one());
    }

    @Test
    void theOldestOfTooManyGo() {
        for (int i = 0; i < 10; i++) {
            mine(log, "k" + i).keep(new RecordedAnswer(200, "text/plain", Map.of(), "text"));
            later(Duration.ofSeconds(1));
        }
        Mine running = mine(log, "running");
        later(Duration.ofSeconds(25));
        assertThat(rows()).isEqualTo(11);
        later(Duration.ofSeconds(40));
        // Its lease was not renewed by the clock of this test: it is another's now.
        mine(other, "new").abandon();
        mine(log, "new").abandon();
        assertThat(rows()).isEqualTo(3);
        assertThat(claim(log, "k9")).isInstanceOf(Answered.class);
        assertThat(claim(log, "k6")).isInstanceOf(Mine.class);
        running.abandon();
    }

    @Test
    void theOldestOfTooMuchGo() {
        mine(log, "old").keep(new RecordedAnswer(200, "text/plain", Map.of(), "x".repeat(600)));
        later(Duration.ofSeconds(1));
        mine(log, "new").keep(new RecordedAnswer(200, "text/plain", Map.of(), "x".repeat(600)));
        later(Duration.ofMinutes(2));
        mine(log, "sweep").abandon();
        assertThat(rows()).isEqualTo(1);
        assertThat(claim(log, "new")).isInstanceOf(Answered.class);
    }

    @Test
    void withoutADatabaseNobodyCanTell() {
        test.database().close();
        var closed = new StoredAnswers(test.database());
        try (closed) {
            assertThatThrownBy(() -> claim(closed, "a")).isInstanceOf(UnavailableException.class);
        }
    }
}
