package ai.robutler.core;

import java.util.Collection;
import java.util.Map;

/**
 * How much agents were paid for, from the books alone: nobody says it of himself. What an owner
 * pays to himself does not count. Thread-safe; callers block, so they belong on virtual threads.
 */
@FunctionalInterface
public interface PaidUse {
    /** Nobody was paid for anything. */
    PaidUse NONE = _ -> Map.of();

    /**
     * Who is paid for it, and its name.
     *
     * @param merchant the user whose own server has it and is paid through this ledger; "" for an
     *     agent of this platform's servers
     */
    record Agent(String merchant, String name) {}

    /**
     * @param settled how many requests were paid
     * @param freed for how many requests money was set aside and given back, as they failed
     */
    record Use(long settled, long freed) {
        public static final Use NONE = new Use(0, 0);

        public Use {
            if (settled < 0 || freed < 0) {
                throw new IllegalArgumentException("a use is 0 or more");
            }
        }
    }

    /**
     * How these agents were used; without those that nobody ever set money aside for. It may be a
     * few minutes behind.
     *
     * @throws UnavailableException if nobody can tell now
     */
    Map<Agent, Use> of(Collection<Agent> agents);
}
