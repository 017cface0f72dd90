package ai.robutler.discovery;

import ai.robutler.core.InvalidRequestException;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What is wanted, and of whom.
 *
 * @param intent in the caller's own words; of long texts, the beginning
 * @param top how many results at most, 1 to 50
 * @param mostNanoUsd what a request may be said to cost; agents that say nothing are left out then
 * @param owner whose agents alone
 * @param scope agents for this scope alone
 * @param tags all of which a result has
 * @param health one of which a result has; empty for any
 */
public record Query(
        String intent,
        int top,
        OptionalLong mostNanoUsd,
        Optional<String> owner,
        Optional<String> scope,
        List<String> tags,
        Set<Health> health) {
    static final int MOST = 50;
    private static final int LONGEST = 4_000;
    private static final int LONGEST_PLAIN = 255;

    public Query {
        intent = Words.clean("intent", intent, LONGEST);
        if (intent.isEmpty()) {
            throw InvalidRequestException.of("intent", "intent must say what is wanted.");
        }
        if (top < 1 || top > MOST) {
            throw InvalidRequestException.of("top_k", "top_k must be from 1 to " + MOST + ".");
        }
        owner.ifPresent(text -> plain("owner", text));
        scope.ifPresent(text -> plain("scope", text));
        tags = tags.stream().map(Publication::tag).toList();
        if (tags.size() > Publication.MOST_TAGS) {
            throw InvalidRequestException.of(
                    "tags", "tags must be at most " + Publication.MOST_TAGS + ".");
        }
        health = Set.copyOf(health);
    }

    /** Any agents. */
    public static Query of(String intent, int top) {
        return new Query(
                intent,
                top,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Set.of());
    }

    /** A text that a database can be asked for. */
    static String plain(String field, String text) {
        if (text.length() > LONGEST_PLAIN
                || text.codePoints().anyMatch(Query::isUnsafe)) {
            throw InvalidRequestException.of(
                    field,
                    field
                            + " must be at most "
                            + LONGEST_PLAIN
                            + " characters, without control characters.");
        }
        return text;
    }

    private static boolean isUnsafe(int c) {
        return Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE;
    }
}
