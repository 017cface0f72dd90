package ai.robutler.discovery;

import ai.robutler.core.InvalidRequestException;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Texts of strangers, as they are kept: one line of plain words. Markup, control characters, and
 * characters that nobody sees or that turn others around are gone.
 */
final class Words {
    private static final Pattern MARKUP =
            Pattern.compile("(?is)<(script|style)\\b.{0,2000}?</\\1\\s*>|</?[a-z!][^<>]{0,500}>");
    private static final Pattern UNSEEN =
            Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}\\p{Zl}\\p{Zp}<>]");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** A word said more often than this says no more. */
    private static final int MOST_TIMES = 2;

    private Words() {}

    static String clean(String text) {
        String visible = MARKUP.matcher(text).replaceAll(" ");
        visible = UNSEEN.matcher(visible).replaceAll(" ");
        return BLANKS.matcher(visible).replaceAll(" ").strip();
    }

    /**
     * The clean text.
     *
     * @throws InvalidRequestException that names the field, if it is too long as it came
     */
    static String clean(String field, String text, int most) {
        if (text.length() > most) {
            throw InvalidRequestException.of(
                    field, field + " must be at most " + most + " characters.");
        }
        return clean(text);
    }

    /** The clean text, without what is too much of it. */
    static String cut(String text, int most) {
        String clean = clean(text.length() > 4 * most ? text.substring(0, 4 * most) : text);
        if (clean.length() <= most) {
            return clean;
        }
        int end = Character.isHighSurrogate(clean.charAt(most - 1)) ? most - 1 : most;
        return clean.substring(0, end).strip();
    }

    /** What is searched: repeating a word over and over wins nothing. */
    static String unrepeated(String text) {
        Map<String, Integer> times = new HashMap<>();
        var kept = new StringBuilder();
        for (String word : BLANKS.split(text)) {
            if (times.merge(word.toLowerCase(Locale.ROOT), 1, Integer::sum) <= MOST_TIMES) {
                kept.append(kept.isEmpty() ? "" : " ").append(word);
            }
        }
        return kept.toString();
    }
}
