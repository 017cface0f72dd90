package ai.robutler.core;

/**
 * How much may be spent within a time.
 *
 * @param period what the limit counts anew for
 * @param nanoUsd in whole nano-dollars, 0 or more
 */
public record Budget(Period period, long nanoUsd) {

    /** Days and months are those of UTC. */
    public enum Period {
        RUN,
        DAY,
        MONTH,
        /** Forever. */
        TOTAL
    }

    public Budget {
        if (nanoUsd < 0) {
            throw new IllegalArgumentException("a budget must be 0 or more, not " + nanoUsd);
        }
    }
}
