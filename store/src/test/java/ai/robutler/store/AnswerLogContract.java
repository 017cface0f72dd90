package ai.robutler.store;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.AnswerLog;
import ai.robutler.core.AnswerLog.Answered;
import ai.robutler.core.AnswerLog.Claim;
import ai.robutler.core.AnswerLog.Mine;
import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.core.RecordedAnswer;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What every answer log does. */
abstract class AnswerLogContract {
    static final RecordedAnswer ANSWER =
            new RecordedAnswer(
                    200,
                    "text/event-stream; charset=utf-8",
                    Map.of("PAYMENT-RESPONSE", "eyJ9", "Cache-Control", "no-cache"),
                    "data: {\"text\":\"caf\u00e9 \\u0000 \ud83d\ude00\"}\n\ndata: [DONE]\n\n");
    private static final RecordedAnswer ERROR =
            new RecordedAnswer(502, "application/json", Map.of(), "{\"error\":{}}");

    abstract AnswerLog log();

    /** As another node would see it. */
    AnswerLog otherNode() {
        return log();
    }

    static Claim claim(AnswerLog log, String key) {
        return log.claim(key, "body", Deadline.after(Duration.ofSeconds(20)));
    }

    static Mine mine(AnswerLog log, String key) {
        return (Mine) claim(log, key);
    }

    static Claim claimNow(AnswerLog log, String key, String fingerprint) {
        return log.claim(key, fingerprint, Deadline.after(Duration.ZERO));
    }

    @Test
    void anAnswerIsGivenToAllWhoAskLater() {
        mine(log(), "a").keep(ANSWER);
        assertThat(claim(log(), "a")).isEqualTo(new Answered(ANSWER));
        assertThat(claim(otherNode(), "a")).isEqualTo(new Answered(ANSWER));
        assertThat(claim(log(), "b")).isInstanceOf(Mine.class);
    }

    @Test
    void anotherBodyIsAConflictFromTheFirstMoment() {
        Mine mine = mine(log(), "a");
        assertThat(claimNow(otherNode(), "a", "other")).isEqualTo(new AnswerLog.Conflict());
        mine.keep(ANSWER);
        assertThat(claimNow(otherNode(), "a", "other")).isEqualTo(new AnswerLog.Conflict());
    }

    @Test
    void whoWaitsTooLongIsTold() {
        mine(log(), "a");
        assertThat(claimNow(otherNode(), "a", "body")).isEqualTo(new AnswerLog.Running());
    }

    @Test
    void whoWaitsGetsTheAnswer() throws Exception {
        Mine mine = mine(log(), "a");
        List<CompletableFuture<Claim>> waiting = waiting("a", 5);
        mine.keep(ANSWER);
        for (var each : waiting) {
            assertThat(each.get(20, TimeUnit.SECONDS)).isEqualTo(new Answered(ANSWER));
        }
    }

    /** On both nodes, and each of them waits indeed. */
    private List<CompletableFuture<Claim>> waiting(String key, int count) {
        var claims = new ArrayList<CompletableFuture<Claim>>();
        for (int i = 0; i < count; i++) {
            AnswerLog log = i % 2 == 0 ? log() : otherNode();
            var claim = new CompletableFuture<Claim>();
            claims.add(claim);
            Thread thread = Thread.ofPlatform().start(() -> claim.complete(claim(log, key)));
            Eventually.until(() -> seen(thread));
        }
        return claims;
    }

    /** Whether it waits for the answer, and not for the database. */
    private static boolean seen(Thread thread) {
        for (StackTraceElement element : thread.getStackTrace()) {
            String place = element.getClassName() + "." + element.getMethodName();
            if (place.endsWith(".StoredAnswers.sleep")
                    || place.endsWith(".InMemoryAnswers$Work.await")) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aFailureIsForThoseWhoWaitOnly() throws Exception {
        Mine mine = mine(log(), "a");
        var waiting = waiting("a", 3);
        mine.pass(ERROR);
        for (var each : waiting) {
            assertThat(each.get(20, TimeUnit.SECONDS)).isEqualTo(new Answered(ERROR));
        }
        assertThat(claimNow(otherNode(), "a", "other")).isInstanceOf(Mine.class);
    }

    @Test
    void oneOfThoseWhoWaitTakesOverWhatIsAbandoned() throws Exception {
        Mine mine = mine(log(), "a");
        var waiting = waiting("a", 4);
        mine.abandon();
        var first =
                CompletableFuture.anyOf(waiting.toArray(CompletableFuture[]::new))
                        .get(20, TimeUnit.SECONDS);
        ((Mine) first).keep(ANSWER);
        int answered = 0;
        for (var each : waiting) {
            answered += each.get(20, TimeUnit.SECONDS).equals(new Answered(ANSWER)) ? 1 : 0;
        }
        assertThat(answered).isEqualTo(3);
    }

    @Test
    void whatIsTooLargeIsNotDoneAgain() {
        mine(log(), "a").tooLarge();
        assertThat(claim(otherNode(), "a")).isEqualTo(new AnswerLog.NotKept());
        assertThat(claimNow(log(), "a", "other")).isEqualTo(new AnswerLog.Conflict());
    }

    @Test
    void theFirstEndCounts() {
        Mine mine = mine(log(), "a");
        mine.keep(ANSWER);
        mine.abandon();
        mine.pass(ERROR);
        mine.tooLarge();
        assertThat(claim(log(), "a")).isEqualTo(new Answered(ANSWER));
    }

    @Test
    void whoIsInterruptedWhileWaitingIsCancelled() throws Exception {
        mine(log(), "a");
        var thrown = new CompletableFuture<Throwable>();
        Thread thread =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        claim(otherNode(), "a");
                                    } catch (CancelledException e) {
                                        thrown.complete(e);
                                    }
                                });
        Eventually.until(() -> seen(thread));
        thread.interrupt();
        assertThat(thrown.get(20, TimeUnit.SECONDS)).isInstanceOf(CancelledException.class);
    }

    @Test
    void ofFiftyAtOnceOneDoesTheWork() throws Exception {
        var workers = new AtomicInteger();
        var claims = new ArrayList<CompletableFuture<Claim>>();
        for (int i = 0; i < 50; i++) {
            AnswerLog log = i % 2 == 0 ? log() : otherNode();
            claims.add(
                    Eventually.async(
                            () -> {
                                Claim claim = claim(log, "a");
                                if (claim instanceof Mine mine) {
                                    workers.incrementAndGet();
                                    mine.keep(ANSWER);
                                    return new Answered(ANSWER);
                                }
                                return claim;
                            }));
        }
        for (var claim : claims) {
            assertThat(claim.get(20, TimeUnit.SECONDS)).isEqualTo(new Answered(ANSWER));
        }
        assertThat(workers).hasValue(1);
    }
}
