package ai.robutler.discovery;

import ai.robutler.core.PaidUse;

import java.util.OptionalDouble;

/** What besides its words speaks for an agent: that it answers, and that it was worth its price. */
final class Standing {
    /** Failures in a row after which an agent counts as down. */
    static final int DOWN_AFTER = 3;

    private Standing() {}

    /** What the score is multiplied with; 1 for an agent that answers and was never paid. */
    static double of(Entry entry, PaidUse.Use use) {
        return health(entry) * (1 + use(use));
    }

    private static double health(Entry entry) {
        return switch (entry.health()) {
            case UP -> entry.failures() == 0 ? 1 : 0.8;
            case UNKNOWN -> 0.9;
            case DOWN -> 0.2;
        };
    }

    /** Up to 15 % more for who serves many well, up to 10 % less for who fails. */
    private static double use(PaidUse.Use use) {
        long all = use.settled() + use.freed();
        double weight = Math.min(1, Math.log10(1.0 + all) / 4);
        return weight * (0.25 * rate(use).orElse(0) - 0.1);
    }

    static OptionalDouble rate(PaidUse.Use use) {
        long all = use.settled() + use.freed();
        return all == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) use.settled() / all);
    }
}
