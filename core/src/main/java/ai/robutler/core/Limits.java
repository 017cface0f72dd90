package ai.robutler.core;

import java.time.Duration;

/**
 * How far a run may go before it is asked for its answer.
 *
 * @param turns model calls with tools on, 1 or more
 * @param toolCalls tool calls of the whole run, 0 or more
 * @param time wall time of the whole run, positive
 */
public record Limits(int turns, int toolCalls, Duration time) {
    public static final Limits DEFAULT = new Limits(10, 50, Duration.ofMinutes(5));

    public Limits {
        if (turns < 1) {
            throw new IllegalArgumentException("turns must be 1 or more, not " + turns);
        }
        if (toolCalls < 0) {
            throw new IllegalArgumentException("tool calls must be 0 or more, not " + toolCalls);
        }
        if (!time.isPositive()) {
            throw new IllegalArgumentException("time must be positive, not " + time);
        }
    }

    public Limits withTurns(int turns) {
        return new Limits(turns, toolCalls, time);
    }

    public Limits withToolCalls(int toolCalls) {
        return new Limits(turns, toolCalls, time);
    }

    public Limits withTime(Duration time) {
        return new Limits(turns, toolCalls, time);
    }
}
