package ai.robutler.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.CancelledException;
import ai.robutler.core.UnavailableException;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

class TogetherTest {

    /** Doubles numbers; refuses negative ones; its first step waits until it is let go. */
    private static final class Doubling implements Together.Step<Integer, Integer> {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);
        final AtomicInteger steps = new AtomicInteger();
        volatile boolean away;
        volatile boolean tellsOnWhom;

        @Override
        public List<Integer> alone(List<Integer> items) {
            if (steps.incrementAndGet() == 1) {
                begun.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new CancelledException("interrupted");
                }
            }
            return doubled(items);
        }

        @Override
        public List<Integer> shared(List<Integer> items) {
            steps.incrementAndGet();
            if (away) {
                throw new UnavailableException("away", Duration.ofSeconds(1), null);
            }
            return doubled(items);
        }

        @Override
        public Predicate<Integer> spared(Throwable failure) {
            return item -> tellsOnWhom && !("negative: " + item).equals(failure.getMessage());
        }

        private static List<Integer> doubled(List<Integer> items) {
            for (int item : items) {
                if (item < 0) {
                    throw new IllegalArgumentException("negative: " + item);
                }
            }
            return items.stream().map(item -> item * 2).toList();
        }
    }

    private final Doubling step = new Doubling();
    private final Together<Integer, Integer> together = new Together<>(step, 1, 100);

    /** The first is under way when the others come; all begin to wait before it ends. */
    private List<Future<List<Integer>>> askedAtOnce(List<Integer> items) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = new ArrayList<Future<List<Integer>>>();
            asked.add(threads.submit(() -> together.run(List.of(0))));
            step.begun.await();
            for (int item : items) {
                int before = together.waiting();
                Callable<List<Integer>> ask = () -> together.run(List.of(item, item));
                asked.add(threads.submit(ask));
                PaidStack.await(() -> together.waiting() > before);
            }
            step.go.countDown();
            return asked;
        }
    }

    @Test
    void whoWaitsIsTakenAlong() throws Exception {
        var asked = askedAtOnce(List.of(1, 2, 3));
        assertThat(asked.get(0).get()).containsExactly(0);
        assertThat(asked.get(1).get()).containsExactly(2, 2);
        assertThat(asked.get(3).get()).containsExactly(6, 6);
        assertThat(step.steps.get()).as("one for the first, one for all others").isEqualTo(2);
    }

    @Test
    void nobodySuffersFromANeighbour() throws Exception {
        var asked = askedAtOnce(List.of(1, -2, 3));
        assertThat(asked.get(1).get()).containsExactly(2, 2);
        assertThat(asked.get(3).get()).containsExactly(6, 6);
        assertThatThrownBy(() -> asked.get(2).get())
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("negative: -2");
    }

    @Test
    void allOthersAreTakenAlongAgain() throws Exception {
        step.tellsOnWhom = true;
        var asked = askedAtOnce(List.of(1, -2, 3, -4, 5));
        assertThat(asked.get(1).get()).containsExactly(2, 2);
        assertThat(asked.get(3).get()).containsExactly(6, 6);
        assertThat(asked.get(5).get()).containsExactly(10, 10);
        for (int refused : List.of(2, 4)) {
            assertThatThrownBy(() -> asked.get(refused).get()).hasMessageContaining("negative");
        }
        // The first's own; shared with each that is refused and without both; those two's own.
        assertThat(step.steps.get()).isEqualTo(1 + 3 + 2);
    }

    @Test
    void whoLeadsMayBeTheOneThatFails() throws Exception {
        step.tellsOnWhom = true;
        var asked = askedAtOnce(List.of(-1, 2, 3));
        assertThatThrownBy(() -> asked.get(1).get()).hasMessageContaining("negative: -1");
        assertThat(asked.get(2).get()).containsExactly(4, 4);
        assertThat(asked.get(3).get()).containsExactly(6, 6);
        assertThat(step.steps.get()).isEqualTo(1 + 2 + 1);
    }

    @Test
    void whatIsAwayIsAwayForAll() throws Exception {
        step.away = true;
        var asked = askedAtOnce(List.of(1, 2));
        for (Future<List<Integer>> each : asked.subList(1, 3)) {
            assertThatThrownBy(each::get).hasCauseInstanceOf(UnavailableException.class);
        }
        assertThat(step.steps.get()).isEqualTo(2);
    }

    @Test
    void whoIsInterruptedWhileWaitingLeaves() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> together.run(List.of(1)));
            step.begun.await();
            var second = threads.submit(() -> together.run(List.of(2)));
            PaidStack.await(() -> together.waiting() == 1);
            second.cancel(true);
            PaidStack.await(() -> together.waiting() == 0);
            step.go.countDown();
            assertThat(first.get()).containsExactly(2);
            assertThat(step.steps.get()).isEqualTo(1);
        }
    }
}
