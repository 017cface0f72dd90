package ai.robutler.store;

import ai.robutler.core.CancelledException;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
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
        /** Nobody waits for it any more, and nobody begins it. */
        GIVEN_UP,
        ENDED
    }

    private final Work<T> work;
    private final Kind kind;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable T value;
    private @Nullable Throwable failure;
    private long asked;
    private long longestStart;
    private long longest;

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

    @Nullable Handover handover() {
        return work.handover();
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
        if (ends()) {
            ended.countDown();
        }
    }

    void fail(Throwable thrown) {
        if (ends()) {
            endWith(thrown);
        }
    }

    private void endWith(Throwable thrown) {
        failure = thrown;
        ended.countDown();
    }

    /** Whether this is its end: there is one, whoever comes later. */
    private boolean ends() {
        State before = state.getAndUpdate(now -> now == State.GIVEN_UP ? now : State.ENDED);
        return before == State.WAITING || before == State.TAKEN;
    }

    /** How long {@link #look} lets it wait; said before the wait. */
    void limit(long now, Duration begin, Duration end) {
        asked = now;
        longestStart = begin.toNanos();
        longest = begin.plus(end).toNanos();
    }

    /** Ends the wait if it has been too long by now. */
    void look(long now) {
        if (now - asked >= longestStart && giveUp()) {
            endWith(SqlFailures.unavailable("The database is busy.", null));
        } else if (now - asked >= longest && ends()) {
            endWith(
                    isChange()
                            ? SqlFailures.outcomeUnknown(null)
                            : SqlFailures.unavailable("The database does not answer.", null));
        }
    }

    /** The result. Whoever is interrupted before the work has begun gives it up. */
    T await() {
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                if (giveUp()) {
                    Thread.currentThread().interrupt();
                    throw new CancelledException("interrupted while waiting for the database");
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return outcome();
    }

    private boolean giveUp() {
        return state.compareAndSet(State.WAITING, State.GIVEN_UP);
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
