package ai.robutler.nli;

import ai.robutler.core.Agent;
import ai.robutler.core.ApiException;
import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.Invocation;
import ai.robutler.nli.A2aTask.State;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A task that is worked on here: its agent runs on a thread of the task's own, and any number of
 * readers follow. Thread-safe.
 */
final class TaskRun {
    private static final int LONGEST = 1 << 20;

    private final A2aTask task;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final StringBuilder text = new StringBuilder();
    private Optional<A2aTask> end = Optional.empty();
    private Optional<RuntimeException> failure = Optional.empty();
    private volatile Optional<Thread> thread = Optional.empty();

    TaskRun(A2aTask task) {
        this.task = task;
    }

    A2aTask task() {
        return task;
    }

    /**
     * @param ended is told of the end, before any reader
     */
    void start(Agent agent, Invocation invocation, Consumer<A2aTask> ended) {
        Thread runner =
                Thread.ofVirtual()
                        .name("a2a-task-" + task.id())
                        .unstarted(() -> run(agent, invocation, ended));
        thread = Optional.of(runner);
        runner.start();
    }

    private void run(Agent agent, Invocation invocation, Consumer<A2aTask> ended) {
        A2aTask last;
        Optional<RuntimeException> why = Optional.empty();
        try {
            agent.stream(invocation, this::add);
            last = over(State.COMPLETED, "");
        } catch (CancelledException e) {
            last = over(State.CANCELED, "");
        } catch (RuntimeException e) {
            why = Optional.of(e);
            last =
                    over(
                            State.FAILED,
                            e instanceof ApiException known
                                    ? String.valueOf(known.getMessage())
                                    : "The agent failed.");
        }
        try {
            Thread.interrupted(); // What follows is not to be cancelled any more.
            ended.accept(last);
        } finally {
            end(last, why);
        }
    }

    private A2aTask over(State state, String words) {
        lock.lock();
        try {
            return task.ended(state, text.toString(), words, System.currentTimeMillis());
        } finally {
            lock.unlock();
        }
    }

    private void end(A2aTask last, Optional<RuntimeException> why) {
        lock.lock();
        try {
            end = Optional.of(last);
            failure = why;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void add(ChatChunk chunk) {
        lock.lock();
        try {
            String piece = chunk.text();
            text.append(piece, 0, Math.min(piece.length(), LONGEST - text.length()));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void cancel() {
        thread.ifPresent(Thread::interrupt);
    }

    /** What is there for a reader who has read so far. */
    record News(String more, Optional<A2aTask> end, Optional<RuntimeException> failure) {}

    /**
     * Waits for more than a reader has, or the end.
     *
     * @param read how many characters it has
     * @param most how long; what is there then may be nothing
     */
    News await(int read, Duration most) {
        lock.lock();
        try {
            long left = most.toNanos();
            while (text.length() <= read && end.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return new News(text.substring(Math.min(read, text.length())), end, failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while a task was worked on");
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the end; empty if it takes longer. */
    Optional<A2aTask> awaitEnd(Duration most) {
        lock.lock();
        try {
            long left = most.toNanos();
            while (end.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return end;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while a task was worked on");
        } finally {
            lock.unlock();
        }
    }
}
