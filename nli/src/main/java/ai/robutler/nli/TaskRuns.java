package ai.robutler.nli;

import ai.robutler.core.Agent;
import ai.robutler.core.Interrupts;
import ai.robutler.core.Invocation;
import ai.robutler.core.RateLimitException;
import ai.robutler.core.UnavailableException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The tasks that are worked on here. Thread-safe; close it after the server. */
final class TaskRuns implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskRuns.class);
    private static final int MOST = 256;
    private static final int OF_CALLER = 32;
    private static final Duration PULSE = Duration.ofSeconds(1);
    private static final Duration ENDING = Duration.ofSeconds(3);

    private final TaskTable table;
    private final String node = UUID.randomUUID().toString();
    private final Map<String, TaskRun> running = new ConcurrentHashMap<>();
    private final Thread pulse;

    TaskRuns(TaskTable table) {
        this.table = table;
        this.pulse = Thread.ofVirtual().name("a2a-pulse").start(this::beat);
    }

    String node() {
        return node;
    }

    /**
     * Begins to work on a task that is in the table.
     *
     * @throws UnavailableException if as many are worked on as can be
     * @throws RateLimitException if they are all this caller's
     */
    TaskRun start(A2aTask task, Agent agent, Invocation invocation) {
        if (running.size() >= MOST) {
            throw new UnavailableException(
                    "The server works on as many tasks as it can. Try again later.",
                    Duration.ofSeconds(1),
                    null);
        }
        long own =
                running.values().stream()
                        .filter(run -> run.task().caller().equals(task.caller()))
                        .count();
        if (!task.caller().isEmpty() && own >= OF_CALLER) {
            throw new RateLimitException(
                    "Too many tasks of yours are worked on. Wait for one to end.",
                    Duration.ofSeconds(1));
        }
        var run = new TaskRun(task);
        running.put(task.id(), run);
        run.start(agent, invocation, this::ended);
        return run;
    }

    private void ended(A2aTask last) {
        try {
            table.end(last);
        } catch (RuntimeException e) {
            LOG.warn("the end of task {} could not be written down", last.id(), e);
        } finally {
            running.remove(last.id());
        }
    }

    Optional<TaskRun> find(String id) {
        return Optional.ofNullable(running.get(id));
    }

    private void beat() {
        try {
            while (true) {
                Thread.sleep(PULSE);
                if (!running.isEmpty()) {
                    beatOnce();
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private void beatOnce() {
        try {
            table.alive(node).forEach(id -> find(id).ifPresent(TaskRun::cancel));
        } catch (RuntimeException e) {
            LOG.warn("tasks: the database is away: {}", e.getMessage());
        }
    }

    /** Ends what is worked on; those who asked find it cancelled. */
    @Override
    public void close() {
        pulse.interrupt();
        running.values().forEach(TaskRun::cancel);
        Interrupts.heldBack(() -> running.values().forEach(run -> run.awaitEnd(ENDING)));
    }
}
