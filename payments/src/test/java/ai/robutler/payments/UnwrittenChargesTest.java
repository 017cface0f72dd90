package ai.robutler.payments;

import static ai.robutler.payments.PaidStack.await;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ConflictException;
import ai.robutler.core.Interrupts;
import ai.robutler.core.UnavailableException;
import ai.robutler.payments.UnwrittenCharges.Ending;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

class UnwrittenChargesTest {
    private final AtomicInteger tries = new AtomicInteger();
    private final AtomicBoolean away = new AtomicBoolean(true);

    private final Ending ending =
            Ending.of(
                    "somebody owes something",
                    () -> {
                        tries.incrementAndGet();
                        if (away.get()) {
                            throw new UnavailableException("away", Duration.ofSeconds(1), null);
                        }
                    });

    private static UnwrittenCharges charges(Duration patience, int most) {
        return new UnwrittenCharges(Duration.ofMillis(1), patience, most);
    }

    @Test
    void whatCannotBeWrittenIsWrittenLater() {
        try (var charges = charges(Duration.ofMinutes(1), 10)) {
            charges.write(ending);
            assertThat(charges.size()).isEqualTo(1);
            await(() -> tries.get() >= 4);
            away.set(false);
            await(() -> charges.size() == 0);
        }
    }

    @Test
    void anInterruptWaitsForTheWrite() {
        away.set(false);
        var interrupted = new AtomicBoolean();
        try (var charges = charges(Duration.ofMinutes(1), 10)) {
            Thread.currentThread().interrupt();
            charges.write(
                    Ending.of("", () -> interrupted.set(Thread.currentThread().isInterrupted())));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(interrupted).isFalse();
        }
    }

    /** Hands over what tells at once, and is written after that. */
    private void handOver(UnwrittenCharges charges, Runnable meanwhile) {
        charges.handOver(
                told ->
                        Ending.of(
                                "somebody owes something",
                                () -> {
                                    told.run();
                                    meanwhile.run();
                                    ending.write();
                                }));
    }

    @Test
    void whoHandsOverWaitsUntilItIsTold() throws Exception {
        var ends = new CountDownLatch(1);
        try (var charges = charges(Duration.ofMinutes(1), 10)) {
            handOver(charges, () -> Interrupts.await(ends));
            assertThat(tries).hasValue(0);
            ends.countDown();
            await(() -> charges.size() == 1);
            away.set(false);
            await(() -> charges.size() == 0);
        }
        assertThat(tries.get()).isGreaterThan(1);
    }

    @Test
    void whoIsNeverToldWaitsUntilItIsWritten() {
        away.set(false);
        try (var charges = charges(Duration.ofMinutes(1), 10)) {
            Thread.currentThread().interrupt();
            charges.handOver(_ -> ending);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(tries).hasValue(1);
        }
    }

    @Test
    void theEndWaitsForWhatIsHandedOver() throws Exception {
        away.set(false);
        var begun = new CountDownLatch(1);
        var charges = charges(Duration.ofMinutes(1), 10);
        handOver(
                charges,
                () -> {
                    begun.countDown();
                    LockSupport.parkNanos(200_000_000);
                });
        begun.await();
        charges.close();
        assertThat(tries).hasValue(1);
    }

    @Test
    void whatIsRefusedForGoodIsNotRepeated() {
        try (var charges = charges(Duration.ofMinutes(1), 10)) {
            charges.write(
                    Ending.of(
                            "somebody owes something",
                            () -> {
                                tries.incrementAndGet();
                                throw new ConflictException("hold_ended", "It has ended.");
                            }));
            assertThat(charges.size()).isZero();
            assertThat(tries).hasValue(1);
        }
    }

    @Test
    void patienceEnds() {
        try (var charges = charges(Duration.ZERO, 10)) {
            charges.write(ending);
            await(() -> charges.size() == 0);
            assertThat(tries).hasValue(2);
        }
    }

    @Test
    void theQueueHasABound() {
        try (var charges = charges(Duration.ofMinutes(1), 2)) {
            for (int i = 0; i < 5; i++) {
                charges.write(ending);
            }
            assertThat(charges.size()).isEqualTo(2);
        }
    }

    @Test
    void theLastTryIsAtTheEnd() {
        var charges = new UnwrittenCharges(Duration.ofHours(1), Duration.ofHours(2), 10);
        charges.write(ending);
        away.set(false);
        charges.close();
        assertThat(charges.size()).isZero();
        assertThat(tries).hasValue(2);
        away.set(true);
        charges.write(ending);
        assertThat(charges.size()).as("after the end nothing waits").isZero();
    }
}
