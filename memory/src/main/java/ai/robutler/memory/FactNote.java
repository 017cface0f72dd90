package ai.robutler.memory;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is to be remembered, within bounds.
 *
 * @param content up to 2,000 characters, with something in it
 * @param importance 1 to 10
 * @param tags up to ten, of up to 40 characters each; in small letters
 * @param expires empty for never
 */
record FactNote(String content, int importance, List<String> tags, Optional<Instant> expires) {
    static final int LONGEST = 2_000;
    private static final int MOST_TAGS = 10;
    private static final int LONGEST_TAG = 40;

    FactNote {
        content = clean(content);
        if (content.isEmpty()) {
            throw new IllegalArgumentException("content is empty; say what is to be remembered");
        }
        if (content.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "content must have at most " + LONGEST + " characters; split it into facts");
        }
        if (FactWords.of(content).words().isEmpty()) {
            throw new IllegalArgumentException("content has no words in it");
        }
        if (importance < 1 || importance > 10) {
            throw new IllegalArgumentException("importance must be 1 to 10, not " + importance);
        }
        tags = tags(tags);
    }

    static List<String> tags(List<String> tags) {
        var kept = new LinkedHashSet<String>();
        for (String tag : tags) {
            String clean = clean(tag).toLowerCase(Locale.ROOT);
            if (clean.length() > LONGEST_TAG) {
                throw new IllegalArgumentException(
                        "a tag must have at most " + LONGEST_TAG + " characters");
            }
            if (!clean.isEmpty()) {
                kept.add(clean);
            }
        }
        return kept.stream().limit(MOST_TAGS).toList();
    }

    /** Without control characters, which no database need take. */
    private static String clean(String text) {
        return text.replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", " ").strip();
    }
}
