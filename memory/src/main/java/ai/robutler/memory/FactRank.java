package ai.robutler.memory;

import java.time.Duration;

/**
 * How good a hit is: how well it fits, to which importance adds at most three tenths, and having
 * been said lately two. What fits well and is old goes before what fits badly and is new.
 */
final class FactRank {
    private static final double OF_IMPORTANCE = 0.3;
    private static final double OF_AGE = 0.2;
    private static final double HALF_LIFE = Duration.ofDays(30).toMillis();

    private FactRank() {}

    static double of(double fit, Fact fact, long now) {
        double age = Math.max(0, now - fact.updated().toEpochMilli());
        return fit
                * (1
                        + OF_IMPORTANCE * fact.importance() / 10
                        + OF_AGE * Math.pow(0.5, age / HALF_LIFE));
    }
}
