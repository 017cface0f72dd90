package ai.robutler.core;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** From an agent's first run to the end of its last: starts its skills, and closes them. */
final class Life {
    private static final Logger LOG = LoggerFactory.getLogger(Life.class);

    private enum State {
        NEW,
        RUNNING,
        CLOSING,
        CLOSED
    }

    private final List<SkillLifecycle> skills;
    private final ReentrantLock lock = new ReentrantLock();
    private State state = State.NEW;
    private int runs;

    Life(List<SkillLifecycle> skills) {
        this.skills = skills;
    }

    void start(Agent agent) {
        if (skills.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            startOnce(agent);
        } finally {
            lock.unlock();
        }
    }

    private void startOnce(Agent agent) {
        if (state == State.NEW) {
            state = State.RUNNING;
            skills.forEach(skill -> skill.start(agent));
        }
    }

    /**
     * A run begins; {@link #end} must follow.
     *
     * @throws UnavailableException if the agent serves no more
     */
    void begin(Agent agent) {
        if (skills.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            if (state == State.CLOSING || state == State.CLOSED) {
                throw new UnavailableException(
                        "This agent has just been replaced. Try again.",
                        Duration.ofSeconds(1),
                        null);
            }
            startOnce(agent);
            runs++;
        } finally {
            lock.unlock();
        }
    }

    void end() {
        if (skills.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            runs--;
            closeIfIdle();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            state =
                    switch (state) {
                        case NEW, CLOSED -> State.CLOSED;
                        case RUNNING, CLOSING -> State.CLOSING;
                    };
            closeIfIdle();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return state == State.CLOSING || state == State.CLOSED;
        } finally {
            lock.unlock();
        }
    }

    private void closeIfIdle() {
        if (state != State.CLOSING || runs > 0) {
            return;
        }
        state = State.CLOSED;
        for (SkillLifecycle skill : skills) {
            try {
                skill.close();
            } catch (RuntimeException e) {
                LOG.warn("a skill failed to close", e);
            }
        }
    }
}
