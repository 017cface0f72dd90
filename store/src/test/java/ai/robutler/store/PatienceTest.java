package ai.robutler.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.CancelledException;
import ai.robutler.core.UnavailableException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class PatienceTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final Patience patience = Patience.start();

    @AfterEach
    void close() {
        patience.close();
    }

    private static Task<String> task(Task.Kind kind) {
        return new Task<>(_ -> "done", kind);
    }

    @Test
    void aWorkThatDoesNotBeginIsGivenUp() {
        Task<String> task = task(Task.Kind.DURABLE);
        assertThatThrownBy(() -> patience.await(task, SHORT, LONG))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("busy")
                .satisfies(thrown -> assertThat(Database.isOutcomeUnknown(thrown)).isFalse());
        assertThat(task.take()).isFalse();
        // Whoever runs it may say so all the same.
        task.fail(new IllegalStateException("late"));
        assertThatThrownBy(task::await).hasMessageContaining("busy");
    }

    @Test
    void aChangeThatDoesNotEndHasAnUnknownOutcome() {
        Task<String> task = task(Task.Kind.SOON);
        assertThat(task.take()).isTrue();
        assertThatThrownBy(() -> patience.await(task, SHORT, SHORT))
                .isInstanceOf(UnavailableException.class)
                .satisfies(thrown -> assertThat(Database.isOutcomeUnknown(thrown)).isTrue());
        task.succeed();
        assertThatThrownBy(task::await).isInstanceOf(UnavailableException.class);
    }

    @Test
    void aReadingThatDoesNotEndIsNoChange() {
        Task<String> task = task(Task.Kind.READING);
        assertThat(task.take()).isTrue();
        assertThatThrownBy(() -> patience.await(task, SHORT, SHORT))
                .isInstanceOf(UnavailableException.class)
                .satisfies(thrown -> assertThat(Database.isOutcomeUnknown(thrown)).isFalse());
    }

    @Test
    void theFirstEndCounts() {
        Task<String> task = task(Task.Kind.DURABLE);
        assertThat(task.take()).isTrue();
        task.fail(new IllegalStateException("first"));
        task.fail(new IllegalStateException("second"));
        task.succeed();
        assertThatThrownBy(() -> patience.await(task, LONG, LONG)).hasMessage("first");
    }

    @Test
    void whoeverIsInterruptedBeforeTheBeginningGivesUp() throws Exception {
        Task<String> task = task(Task.Kind.DURABLE);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> caller = callers.submit(() -> patience.await(task, LONG, LONG));
            callers.shutdownNow();
            assertThatThrownBy(caller::get).hasCauseInstanceOf(CancelledException.class);
        }
        assertThat(task.take()).isFalse();
    }

    @Test
    void whoeverIsInterruptedLaterWaitsForTheEnd() {
        Task<String> task = task(Task.Kind.DURABLE);
        assertThat(task.take()).isTrue();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> wasInterrupted =
                    callers.submit(
                            () -> {
                                Thread.currentThread().interrupt();
                                assertThatThrownBy(() -> patience.await(task, LONG, LONG))
                                        .hasMessage("ended");
                                return Thread.interrupted();
                            });
            task.fail(new IllegalStateException("ended"));
            assertThat(wasInterrupted).succeedsWithin(LONG).isEqualTo(true);
        }
    }
}
