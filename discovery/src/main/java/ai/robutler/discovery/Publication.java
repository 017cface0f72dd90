package ai.robutler.discovery;

import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Names;
import ai.robutler.core.Scope;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * What is said of an agent by its owner. Texts are cleaned; what is too long, too much or no name is
 * refused with an {@link InvalidRequestException} that names the field.
 *
 * @param agent its name
 * @param url where a remote agent is; empty for an agent of the platform itself
 * @param intents what it can be asked to do, each in a few words
 * @param tags small words to filter by
 * @param scope who may talk to it
 * @param priceNanoUsd what a request is said to cost
 * @param lifetime how long it stays listed unless it is published again
 */
public record Publication(
        String agent,
        Optional<String> url,
        String description,
        List<String> intents,
        List<String> tags,
        Scope scope,
        OptionalLong priceNanoUsd,
        Duration lifetime) {
    static final int MOST_INTENTS = 20;
    static final int LONGEST_INTENT = 200;
    static final int LONGEST_DESCRIPTION = 1_000;
    static final int MOST_TAGS = 10;
    static final Duration STANDARD_LIFETIME = Duration.ofDays(7);
    private static final Duration LONGEST_LIFETIME = Duration.ofDays(30);
    private static final Duration SHORTEST_LIFETIME = Duration.ofSeconds(1);
    private static final Pattern TAG = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._-]{0,31}");

    /** A million dollars: nobody asks more for a request. */
    private static final long MOST_PRICE = 1_000_000_000_000_000L;

    public Publication {
        try {
            Names.requireAgent(agent);
        } catch (IllegalArgumentException e) {
            throw InvalidRequestException.of("agent", "agent: " + e.getMessage() + ".");
        }
        description = Words.clean("description", description, LONGEST_DESCRIPTION);
        intents = intents("intents", intents);
        tags = tags(tags);
        if (priceNanoUsd.isPresent()
                && (priceNanoUsd.getAsLong() < 0 || priceNanoUsd.getAsLong() > MOST_PRICE)) {
            throw InvalidRequestException.of("price", "price must be from 0 to 1,000,000 dollars.");
        }
        if (lifetime.compareTo(SHORTEST_LIFETIME) < 0 || lifetime.compareTo(LONGEST_LIFETIME) > 0) {
            throw InvalidRequestException.of(
                    "ttl_seconds", "ttl_seconds must be from 1 to 2592000 (30 days).");
        }
    }

    /** Intents of a remote agent that everybody may talk to. */
    public static Publication remote(
            String agent, String url, String description, List<String> intents) {
        return new Publication(
                agent,
                Optional.of(url),
                description,
                intents,
                List.of(),
                Scope.ALL,
                OptionalLong.empty(),
                STANDARD_LIFETIME);
    }

    /** Intents of an agent of the platform's own. */
    public static Publication own(String agent, List<String> intents) {
        return new Publication(
                agent,
                Optional.empty(),
                "",
                intents,
                List.of(),
                Scope.ALL,
                OptionalLong.empty(),
                STANDARD_LIFETIME);
    }

    static List<String> intents(String field, Collection<String> intents) {
        if (intents.size() > MOST_INTENTS) {
            throw InvalidRequestException.of(field, field + " must be at most " + MOST_INTENTS + ".");
        }
        var clean = new LinkedHashSet<String>();
        int i = 0;
        for (String intent : intents) {
            String name = field + "[" + i++ + "]";
            String words = Words.clean(name, intent, LONGEST_INTENT);
            if (words.isEmpty()) {
                throw InvalidRequestException.of(name, name + " says nothing.");
            }
            clean.add(words);
        }
        return List.copyOf(clean);
    }

    private static List<String> tags(Collection<String> tags) {
        if (tags.size() > MOST_TAGS) {
            throw InvalidRequestException.of("tags", "tags must be at most " + MOST_TAGS + ".");
        }
        var clean = new LinkedHashSet<String>();
        for (String tag : tags) {
            clean.add(tag(tag));
        }
        return List.copyOf(clean);
    }

    static String tag(String tag) {
        if (!TAG.matcher(tag).matches()) {
            throw InvalidRequestException.of(
                    "tags", "tags must be 1 to 32 letters, digits, '.', '_' or '-'.");
        }
        return tag.toLowerCase(Locale.ROOT);
    }
}
