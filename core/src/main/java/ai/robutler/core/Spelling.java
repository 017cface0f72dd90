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

    /** How many letters must be put in, taken out, changed or swapped with their neighbour. */
    private static int distance(String a, String b) {
        var rows = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                rows[i][j] = i == 0 || j == 0 ? i + j : step(rows, a, b, i, j);
            }
        }
        return rows[a.length()][b.length()];
    }

    private static int step(int[][] rows, String a, String b, int i, int j) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int oneMore = Math.min(rows[i - 1][j], rows[i][j - 1]) + 1;
        int best = Math.min(oneMore, rows[i - 1][j - 1] + change);
        boolean swapped =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, rows[i - 2][j - 2] + 1) : best;
    }
}
