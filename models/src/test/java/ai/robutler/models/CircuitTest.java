package ai.robutler.models;

import static ai.robutler.core.ProviderHealth.Circuit.CLOSED;
import static ai.robutler.core.ProviderHealth.Circuit.HALF_OPEN;
import static ai.robutler.core.ProviderHealth.Circuit.OPEN;
import static ai.robutler.models.Circuit.Outcome.FAILED;
import static ai.robutler.models.Circuit.Outcome.NEITHER;
import static ai.robutler.models.Circuit.Outcome.SUCCEEDED;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.ProviderException;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

class CircuitTest {
    private static final Circuit.Rules RULES =
            new Circuit.Rules(
                    8,
                    4,
                    50,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(25),
                    2,
                    2,
                    Duration.ofSeconds(30));

    // A clock of the JVM may be negative and may wrap around.
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);
    private final Circuit circuit = new Circuit("x", RULES, clock::get);

    private void calls(int times, Circuit.Outcome outcome) {
        for (int i = 0; i < times; i++) {
            circuit.enter().end(outcome);
        }
    }

    private void pass(long seconds) {
        clock.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    private void assertState(ai.robutler.core.ProviderHealth.Circuit state) {
        assertThat(circuit.health().circuit()).isEqualTo(state);
    }

    @Test
    void opensAtTheRateOfFailures() {
        calls(3, FAILED);
        assertState(CLOSED);
        calls(1, FAILED);
        assertState(OPEN);
        assertThat(circuit.pause()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void fewFailuresAmongManyDoNotOpen() {
        for (int i = 0; i < 100; i++) {
            calls(2, SUCCEEDED);
            calls(1, FAILED);
        }
        assertState(CLOSED);
    }

    @Test
    void oldCallsLeaveTheWindow() {
        calls(3, FAILED);
        calls(8, SUCCEEDED);
        calls(3, FAILED);
        assertState(CLOSED);
        calls(1, FAILED);
        assertState(OPEN);
    }

    @Test
    void whatSaysNothingIsNotCounted() {
        calls(3, FAILED);
        calls(100, NEITHER);
        assertState(CLOSED);
        calls(1, FAILED);
        assertState(OPEN);
    }

    @Test
    void whileOpenNothingIsTried() {
        calls(4, FAILED);
        pass(4);
        assertThatThrownBy(circuit::enter)
                .isInstanceOfSatisfying(
                        ProviderException.Unavailable.class,
                        e -> {
                            assertThat(e.status()).isEqualTo(503);
                            assertThat(e.type()).isEqualTo("provider_error");
                            assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(6));
                        });
    }

    @Test
    void probesAreFewAndTheirSuccessCloses() {
        calls(4, FAILED);
        pass(10);
        assertThat(circuit.pause()).isZero();
        Circuit.Permit one = circuit.enter();
        Circuit.Permit two = circuit.enter();
        assertState(HALF_OPEN);
        assertThatThrownBy(circuit::enter).isInstanceOf(ProviderException.Unavailable.class);
        one.end(SUCCEEDED);
        one.end(SUCCEEDED);
        assertState(HALF_OPEN);
        two.end(SUCCEEDED);
        assertState(CLOSED);
        assertThat(circuit.pause()).isZero();
    }

    @Test
    void aProbeThatFailsOpensForLonger() {
        calls(4, FAILED);
        pass(10);
        calls(1, FAILED);
        assertState(OPEN);
        assertThat(circuit.pause()).isEqualTo(Duration.ofSeconds(20));
        pass(20);
        calls(1, FAILED);
        assertThat(circuit.pause()).isEqualTo(Duration.ofSeconds(25));
        pass(25);
        calls(2, SUCCEEDED);
        assertState(CLOSED);
        calls(4, FAILED);
        assertThat(circuit.pause()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aCancelledProbeMakesRoomForAnother() {
        calls(4, FAILED);
        pass(10);
        calls(50, NEITHER);
        assertState(HALF_OPEN);
        calls(2, SUCCEEDED);
        assertState(CLOSED);
    }

    @Test
    void probesWithoutEndDoNotKeepTheOthersOutForGood() {
        calls(4, FAILED);
        pass(10);
        Circuit.Permit _ = circuit.enter();
        Circuit.Permit _ = circuit.enter();
        assertThat(circuit.pause()).isEqualTo(Duration.ofSeconds(30));
        pass(30);
        calls(2, SUCCEEDED);
        assertState(CLOSED);
    }

    @Test
    void aCallOfEarlierTimesCountsNoMore() {
        List<Circuit.Permit> old = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            old.add(circuit.enter());
        }
        calls(4, FAILED);
        pass(10);
        Circuit.Permit probe = circuit.enter();
        old.subList(0, 5).forEach(permit -> permit.end(SUCCEEDED));
        assertState(HALF_OPEN);
        old.subList(5, 10).forEach(permit -> permit.end(FAILED));
        assertState(HALF_OPEN);
        probe.end(SUCCEEDED);
        calls(1, SUCCEEDED);
        assertState(CLOSED);
    }

    @Test
    void aRefusalIsToldUntilACallSucceeds() {
        circuit.refused("refused the key");
        assertThat(circuit.health().detail()).isEqualTo("refused the key");
        calls(1, NEITHER);
        assertThat(circuit.health().detail()).isEqualTo("refused the key");
        calls(1, SUCCEEDED);
        assertThat(circuit.health().detail()).isEmpty();
    }

    @Test
    void inARaceProbesStayFewAndNoPermitIsLost() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            var time = new AtomicLong();
            var racing = new Circuit("x", RULES, time::get);
            for (int i = 0; i < 4; i++) {
                racing.enter().end(FAILED);
            }
            time.addAndGet(Duration.ofSeconds(10).toNanos());
            var under = new AtomicInteger();
            var most = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                threads.add(Thread.ofVirtual().unstarted(() -> race(racing, under, most)));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
            }
            assertThat(most.get()).isBetween(1, RULES.probes());
            assertThat(racing.health().circuit()).isEqualTo(HALF_OPEN);
            assertThat(racing.pause()).isZero();
            racing.enter().end(SUCCEEDED);
            racing.enter().end(SUCCEEDED);
            assertThat(racing.health().circuit()).isEqualTo(CLOSED);
        }
    }

    /** Probes that tell nothing: the circuit stays half open, and no more than two are inside. */
    private static void race(Circuit circuit, AtomicInteger under, AtomicInteger most) {
        for (int i = 0; i < 200; i++) {
            try {
                Circuit.Permit permit = circuit.enter();
                most.accumulateAndGet(under.incrementAndGet(), Math::max);
                if (ThreadLocalRandom.current().nextInt(4) == 0) {
                    LockSupport.parkNanos(1_000);
                }
                under.decrementAndGet();
                permit.end(NEITHER);
            } catch (ProviderException.Unavailable e) {
                LockSupport.parkNanos(1_000);
            }
        }
    }
}
