package ai.robutler.models;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values of {@code reasoning_effort}, from none to most, and which of them is nearest. */
final class Efforts {
    private static final String NONE = "none";
    private static final Map<String, Integer> RANKS =
            Map.of(
                    NONE, 0, "minimal", 1, "low", 2, "medium", 3, "default", 3, "high", 4, "xhigh",
                    5, "max", 6);

    private Efforts() {}

    static boolean isKnown(String effort) {
        return RANKS.containsKey(effort);
    }

    /**
     * What a model takes that is nearest to what is wanted: the lower of two that are equally near.
     * Who wants thinking gets some where there is any; who wants none gets the least.
     *
     * @return empty if there is no level at all
     */
    static Optional<String> nearest(String wanted, List<String> levels) {
        if (levels.contains(wanted)) {
            return Optional.of(wanted);
        }
        int goal = rank(wanted);
        return levels.stream()
                .filter(level -> !level.equals(NONE) || levels.size() == 1)
                .min(
                        Comparator.<String>comparingInt(level -> Math.abs(rank(level) - goal))
                                .thenComparingInt(Efforts::rank));
    }

    private static int rank(String effort) {
        return RANKS.getOrDefault(effort, 0);
    }
}
