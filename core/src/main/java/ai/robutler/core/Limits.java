package ai.robutler.core;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * How far a run may go before it is asked for its answer.
 *
 * @param turns model calls with tools on, 1 or more
 * @param toolCalls tool calls of the whole run, 0 or more
 * @param time wall time of the whole run, positive
 * @param costNanoUsd what its model calls may cost in nano-dollars, positive; none by default. It
 *     is checked between the calls, so that the last ones go beyond it.
 */
public record Limits(int turns, int toolCalls, Duration time, OptionalLong costNanoUsd) {
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
        if (costNanoUsd.isPresent() && costNanoUsd.getAsLong() < 1) {
            throw new IllegalArgumentException("cost must be positive, not " + costNanoUsd);
        }
    }

    /** Without a limit of cost. */
    public Limits(int turns, int toolCalls, Duration time) {
        this(turns, toolCalls, time, OptionalLong.empty());
    }

    public Limits withTurns(int turns) {
        return new Limits(turns, toolCalls, time, costNanoUsd);
    }

    public Limits withToolCalls(int toolCalls) {
        return new Limits(turns, toolCalls, time, costNanoUsd);
    }

    public Limits withTime(Duration time) {
        return new Limits(turns, toolCalls, time, costNanoUsd);
    }

    /** With a limit of cost, in nano-dollars. */
    public Limits withCost(long nanoUsd) {
        return new Limits(turns, toolCalls, time, OptionalLong.of(nanoUsd));
    }

    /** Whether no more may be spent. What cannot be told counts as too much. */
    boolean isSpent(Cost cost) {
        return costNanoUsd.isPresent()
                && (!cost.isKnown() || cost.nanoUsd() >= costNanoUsd.getAsLong());
    }
}
