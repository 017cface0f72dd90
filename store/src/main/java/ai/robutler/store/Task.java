package ai.robutler.store;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A work between its caller, who waits, and the thread that runs it. Until that thread takes it,
 * the caller may give it up; from then on there is an outcome, and the caller waits for it.
 */
final class Task<T extends @Nullable Object> {
    /** What a work is for. */
    enum Kind {
        READING,
        DURABLE,
        /** A change that may reach the disk a little later than everybody's eyes. */
        SOON
    }

    private enum State {
        WAITING,
        TAKEN,
        GIVEN_UP
    }

    private final Work<T> work;
    private final Kind kind;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable T value;
    private @Nullable Throwable failure;

    Task(Work<T> work, Kind kind) {
        this.work = work;
        this.kind = kind;
    }

    /** Whether it has ended only when its change is on the disk. */
    boolean isDurable() {
        return kind == Kind.DURABLE;
    }

    /** Whether it is one statement, which is atomic by itself. */
    boolean isOneStatement() {
        return work.isOneStatement();
    }

    /** Whether it changes anything. */
    boolean isChange() {
        return kind != Kind.READING;
    }

    /** False if the caller has given up. */
    boolean take() {
        return state.compareAndSet(State.WAITING, State.TAKEN);
    }

    /** Runs the work, and keeps its result until {@link #succeed}. */
    void run(Handle handle) {
        value = work.in(handle);
    }

    void succeed() {
        ended.countDown();
    }

    void fail(Throwable thrown) {
        failure = thrown;
        ended.countDown();
    }

    /**
     * The result.
     *
     * @param patience how long to wait for the work to begin
     * @param bound how long to wait for it to end, which is longer than it can take
     */
    T await(Duration patience, Duration bound) {
        boolean interrupted = false;
        try {
            if (!ended.await(patience.toNanos(), TimeUnit.NANOSECONDS) && giveUp()) {
                throw SqlFailures.unavailable("The database is busy.", null);
            }
        } catch (InterruptedException e) {
            interrupted = true;
            if (giveUp()) {
                Thread.currentThread().interrupt();
                throw new CancelledException("interrupted while waiting for the database");
            }
        }
        interrupted |= awaitEnd(Deadline.after(bound));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (ended.getCount() > 0) {
            throw isChange()
                    ? SqlFailures.outcomeUnknown(null)
                    : SqlFailures.unavailable("The database does not answer.", null);
        }
        return outcome();
    }

    private boolean giveUp() {
        return state.compareAndSet(State.WAITING, State.GIVEN_UP);
    }

    /** Whether there was an interrupt meanwhile. */
    private boolean awaitEnd(Deadline deadline) {
        boolean interrupted = false;
        while (true) {
            try {
                boolean _ = ended.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    @SuppressWarnings("NullAway") // A work may give null where its T says so.
    private T outcome() {
        return switch (failure) {
            case null -> value;
            case RuntimeException thrown -> throw thrown;
            case Error thrown -> throw thrown;
            default -> throw new IllegalStateException(failure);
        };
    }
}
