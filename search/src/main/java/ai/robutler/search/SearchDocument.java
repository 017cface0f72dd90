package ai.robutler.search;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One thing that can be found: a fact, a piece of a document, an intent.
 *
 * @param id its id in the table, at most 200 characters
 * @param title words that count double, "" for none
 * @param text what is searched; of very long texts, the beginning
 * @param fields exact values by name, for filters: whose it is, where it is from, its tags
 */
public record SearchDocument(
        String id, String title, String text, Map<String, Set<String>> fields) {
    private static final Pattern FIELD = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final int LONGEST_ID = 200;
    private static final int LONGEST_VALUE = 1_000;

    public SearchDocument {
        checkId(id);
        var copy = new LinkedHashMap<String, Set<String>>();
        fields.forEach(
                (name, values) -> {
                    checkField(name, values);
                    copy.put(name, Set.copyOf(values));
                });
        fields = Map.copyOf(copy);
    }

    /** A document of text alone. */
    public static SearchDocument of(String id, String text) {
        return new SearchDocument(id, "", text, Map.of());
    }

    /** With words that count double. */
    public SearchDocument withTitle(String words) {
        return new SearchDocument(id, words, text, fields);
    }

    /** With one more field, of one value or several. */
    public SearchDocument with(String field, String... values) {
        return with(field, List.of(values));
    }

    /** With one more field. */
    public SearchDocument with(String field, Collection<String> values) {
        var more = new LinkedHashMap<>(fields);
        more.put(field, Set.copyOf(values));
        return new SearchDocument(id, title, text, more);
    }

    /** What an embedding model is given. */
    String meaningText() {
        return title.isEmpty() ? text : title + "\n" + text;
    }

    static void checkId(String id) {
        if (id.isEmpty() || id.length() > LONGEST_ID) {
            throw new IllegalArgumentException("an id has 1 to " + LONGEST_ID + " characters");
        }
    }

    static void checkField(String name, Collection<String> values) {
        if (!FIELD.matcher(name).matches()) {
            throw new IllegalArgumentException("a field has a name like user, not " + name);
        }
        if (values.stream().anyMatch(value -> value.length() > LONGEST_VALUE)) {
            throw new IllegalArgumentException(
                    "a value of " + name + " is longer than " + LONGEST_VALUE + " characters");
        }
    }
}
