package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.core.ProviderException;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

class AttemptsTest {
    private final ProviderException failed = ProviderException.failed("x", "failed", null);

    private final AtomicInteger calls = new AtomicInteger();
    private final Attempts three = new Attempts(3, Duration.ofMillis(1), Duration.ofMillis(2));
    private final Deadline later = Deadline.after(Duration.ofSeconds(20));

    private String call(int successfulAt, ProviderException failure) {
        if (calls.incrementAndGet() < successfulAt) {
            throw failure;
        }
        return "yes";
    }

    @Test
    void theFirstSuccessIsTheResult() {
        assertThat(three.run(later, () -> call(3, failed))).isEqualTo("yes");
        assertThat(calls).hasValue(3);
    }

    @Test
    void theBudgetIsNeverExceeded() {
        assertThatThrownBy(() -> three.run(later, () -> call(4, failed))).isSameAs(failed);
        assertThat(calls).hasValue(3);
    }

    @Test
    void whatFailsAgainIsNotRepeated() {
        ProviderException refused = ProviderException.refused("x", "refused");
        assertThatThrownBy(() -> three.run(later, () -> call(2, refused))).isSameAs(refused);
        assertThat(calls).hasValue(1);
    }

    @Test
    void adviceIsFollowed() {
        ProviderException busy = ProviderException.rateLimited("x", Duration.ofMillis(120));
        long start = System.nanoTime();
        three.run(later, () -> call(2, busy));
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThanOrEqualTo(Duration.ofMillis(120));
    }

    @Test
    void adviceBeyondTheDeadlineEndsTheCallAtOnce() {
        ProviderException busy = ProviderException.rateLimited("x", Duration.ofMinutes(5));
        long start = System.nanoTime();
        assertThatThrownBy(() -> three.run(later, () -> call(2, busy))).isSameAs(busy);
        assertThat(calls).hasValue(1);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void nothingIsRepeatedBehindTheDeadline() {
        Deadline passed = Deadline.after(Duration.ZERO);
        assertThatThrownBy(() -> three.run(passed, () -> call(2, failed))).isSameAs(failed);
        assertThat(calls).hasValue(1);
    }

    @Test
    void anInterruptEndsThePause() throws InterruptedException {
        var patient = new Attempts(2, Duration.ofMinutes(5), Duration.ofMinutes(5));
        var outcome = new AtomicInteger();
        Thread caller =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        patient.run(
                                                Deadline.after(Duration.ofHours(1)),
                                                () -> call(2, failed));
                                    } catch (CancelledException e) {
                                        outcome.set(Thread.currentThread().isInterrupted() ? 1 : 2);
                                    }
                                });
        caller.interrupt();
        assertThat(caller.join(Duration.ofSeconds(5))).isTrue();
        assertThat(outcome).hasValue(1);
    }
}
