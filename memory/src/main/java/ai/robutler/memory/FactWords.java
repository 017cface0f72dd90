package ai.robutler.memory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The words of a fact, without case, accents and punctuation: what decides whether two facts are
 * one.
 */
record FactWords(List<String> words) {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");
    private static final Pattern ACCENTS = Pattern.compile("\\p{M}+");

    /** How many of the words of both a shorter fact must have to be contained in the other. */
    private static final double SIMILAR = 0.7;

    /** Words that make a fact another one, wherever they are added. */
    private static final Set<String> TURNING =
            Set.of(
                    "not",
                    "no",
                    "never",
                    "none",
                    "without",
                    "t",
                    "cannot",
                    "former",
                    "formerly",
                    "nicht",
                    "kein",
                    "keine",
                    "nie",
                    "ohne",
                    "pas",
                    "jamais",
                    "sans",
                    "nunca",
                    "sin",
                    "non",
                    "mai",
                    "ne");

    FactWords {
        words = List.copyOf(words);
    }

    static FactWords of(String text) {
        String plain =
                ACCENTS.matcher(Normalizer.normalize(text, Normalizer.Form.NFKD)).replaceAll("");
        return new FactWords(
                WORD.matcher(plain.toLowerCase(Locale.ROOT))
                        .results()
                        .map(MatchResult::group)
                        .toList());
    }

    /** The same for facts of the same words in the same order. */
    String fingerprint() {
        try {
            byte[] text = String.join(" ", words).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Whether one says all that the other says, and little more: then the longer is enough. Facts
     * that differ by a negation or a number are two, however alike they look.
     */
    boolean isNear(FactWords other) {
        Set<String> mine = new LinkedHashSet<>(words);
        Set<String> theirs = new LinkedHashSet<>(other.words);
        Set<String> longer = mine.size() >= theirs.size() ? mine : theirs;
        Set<String> shorter = longer.equals(mine) ? theirs : mine;
        if (!longer.containsAll(shorter) || shorter.size() < SIMILAR * longer.size()) {
            return false;
        }
        return longer.stream()
                .filter(word -> !shorter.contains(word))
                .noneMatch(word -> TURNING.contains(word) || hasDigit(word));
    }

    private static boolean hasDigit(String word) {
        return word.chars().anyMatch(Character::isDigit);
    }
}
