package ai.robutler.models;

import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds a place, or a time zone, in a sentence. */
final class Places {
    /** A capital and small letters, or an abbreviation such as {@code St.} before a name. */
    private static final String WORD = "\\p{Lu}(?:\\p{L}{0,2}\\.(?=\\s+\\p{Lu})|[\\p{L}'’-]*)";

    private static final String NAME =
            WORD
                    + "(?:(?:,?\\s+|\\s+(?:de|del|da|do|dos|of|the|am|an der|la|le|les|upon|sur)\\s+)"
                    + WORD
                    + ")*";
    private static final Pattern AFTER_PREPOSITION =
            Pattern.compile("\\b(?i:in|at|for|near|around|to|of)\\s+(?:the\\s+)?(" + NAME + ")");
    private static final Pattern SMALL =
            Pattern.compile(
                    "(?i)\\b(?:in|at|near|around|for)\\s+(\\p{L}[\\p{L}'’-]*(?:\\s+\\p{L}[\\p{L}'’-]*)*)");
    private static final Pattern CAPITALS = Pattern.compile(NAME);
    private static final Pattern ZONE =
            Pattern.compile(
                    "\\b((?:UTC|GMT)[+-]\\d{1,2}(?::\\d{2})?|UTC|GMT|[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+)+)");
    private static final Set<String> NO_PLACE =
            Set.of(
                    ("today tomorrow tonight now next this weekend week day days hour hours minutes"
                                    + " monday tuesday wednesday thursday friday saturday sunday january"
                                    + " february march april may june july august september october"
                                    + " november december celsius fahrenheit what whats is will does how hi"
                                    + " hello hey please weather rain forecast temperature time it on over"
                                    + " right at moment during and or but")
                            .split(" "));

    private Places() {}

    /** What stands behind in, at, for…, or else is written with a capital within the sentence. */
    static Optional<String> in(String text) {
        Matcher named = AFTER_PREPOSITION.matcher(text);
        while (named.find()) {
            Optional<String> place = cleaned(named.group(1));
            if (place.isPresent()) {
                return place;
            }
        }
        Matcher small = SMALL.matcher(text);
        while (small.find()) {
            Optional<String> place = cleaned(small.group(1));
            if (place.isPresent()) {
                return place;
            }
        }
        Matcher capitals = CAPITALS.matcher(text);
        while (capitals.find()) {
            Optional<String> place = cleaned(capitals.group());
            if (place.isPresent()) {
                return place;
            }
        }
        return Optional.empty();
    }

    /** A zone by its own name, or by a city that gave its name to one. */
    static Optional<String> zone(String text) {
        Matcher explicit = ZONE.matcher(text);
        if (explicit.find()) {
            return Optional.of(explicit.group(1));
        }
        return in(text).map(Places::zoneOf);
    }

    private static String zoneOf(String place) {
        String city = "/" + place.split(",")[0].strip().replace(' ', '_').toLowerCase(Locale.ROOT);
        return new TreeSet<>(ZoneId.getAvailableZoneIds())
                .stream()
                        .filter(id -> id.toLowerCase(Locale.ROOT).endsWith(city))
                        .findFirst()
                        .orElse(place);
    }

    /** The words up to the first that belongs to no place; empty if that is the very first. */
    private static Optional<String> cleaned(String words) {
        var kept = new StringBuilder();
        for (String word : words.split("\\s+")) {
            String bare = word.replaceAll("[,.'’]+$", "");
            if (NO_PLACE.contains(bare.toLowerCase(Locale.ROOT)) || isPronoun(bare)) {
                break;
            }
            kept.append(kept.isEmpty() ? "" : " ").append(word);
        }
        String place = kept.toString().replaceAll("[,.'’-]+$", "").strip();
        return place.isEmpty() ? Optional.empty() : Optional.of(place);
    }

    private static boolean isPronoun(String word) {
        return word.equals("I") || word.equalsIgnoreCase("me") || word.equalsIgnoreCase("you");
    }
}
