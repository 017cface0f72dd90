package ai.robutler.core;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody most likely meant to write. */
public final class Spelling {
    private Spelling() {}

    /** The known word that is nearest to this one, if any is near enough to be meant. */
    public static Optional<String> nearest(String word, Collection<String> known) {
        String wanted = word.toLowerCase(Locale.ROOT);
        int near = Math.max(1, wanted.length() / 3);
        return known.stream()
                .filter(candidate -> distance(wanted, candidate) <= near)
                .min(
                        Comparator.comparingInt((String candidate) -> distance(wanted, candidate))
                                .thenComparing(Comparator.naturalOrder()));
    }

    /** How many letters must be put in, taken out or changed, by Levenshtein. */
    private static int distance(String a, String b) {
        var previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            var current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int oneMore = Math.min(previous[j], current[j - 1]) + 1;
                current[j] = Math.min(oneMore, previous[j - 1] + change);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
