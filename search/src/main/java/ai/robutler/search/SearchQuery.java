package ai.robutler.search;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is looked for. The text is words, never a query language: nothing in it has a meaning of its
 * own.
 *
 * <pre>{@code
 * SearchQuery.of("favourite colour").only("agent", "weather").only("user", "alice").limit(5)
 * }</pre>
 *
 * @param text the words; of very long texts, the beginning
 * @param only exact fields, and the values of which a hit has one
 * @param limit how many hits, 1 to 100
 * @param typos whether words that are nearly the same count too, for less; where enough is found
 *     without them, only for words that are rare
 * @param meaning whether vectors are asked too, where there are any
 * @param patience how long it may take; after it, what was found is the answer
 */
public record SearchQuery(
        String text,
        Map<String, Set<String>> only,
        int limit,
        boolean typos,
        boolean meaning,
        Duration patience) {
    /** The most hits of one search. */
    public static final int MOST = 100;

    private static final int MOST_VALUES = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    public SearchQuery {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("a search has 1 to " + MOST + " hits, not " + limit);
        }
        var copy = new LinkedHashMap<String, Set<String>>();
        only.forEach(
                (field, values) -> {
                    SearchDocument.checkField(field, values);
                    if (values.size() > MOST_VALUES) {
                        throw new IllegalArgumentException("too many values for " + field);
                    }
                    copy.put(field, Set.copyOf(values));
                });
        only = Map.copyOf(copy);
    }

    /** Ten hits, no typos, five seconds. */
    public static SearchQuery of(String text) {
        return new SearchQuery(text, Map.of(), 10, false, true, PATIENCE);
    }

    /** Only documents whose field has this value. */
    public SearchQuery only(String field, String value) {
        return only(field, List.of(value));
    }

    /** Only documents whose field has one of these values; none: no document. */
    public SearchQuery only(String field, Collection<String> values) {
        var more = new LinkedHashMap<>(only);
        more.put(field, Set.copyOf(values));
        return new SearchQuery(text, more, limit, typos, meaning, patience);
    }

    public SearchQuery limit(int hits) {
        return new SearchQuery(text, only, hits, typos, meaning, patience);
    }

    /** Words that are nearly the same count too. */
    public SearchQuery withTypos() {
        return new SearchQuery(text, only, limit, true, meaning, patience);
    }

    /** Words alone: no embedding model is asked. */
    public SearchQuery wordsOnly() {
        return new SearchQuery(text, only, limit, typos, false, patience);
    }

    public SearchQuery within(Duration time) {
        return new SearchQuery(text, only, limit, typos, meaning, time);
    }
}
