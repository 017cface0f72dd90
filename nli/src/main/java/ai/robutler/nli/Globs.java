package ai.robutler.nli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Names and URLs that a rule is about, by glob: {@code *} stands for any characters but a slash,
 * {@code **} for any at all, {@code ?} for one character; {@code *} alone means everything. What a
 * pattern that begins with {@code !} matches is excluded. Without patterns, everything is admitted.
 */
final class Globs {
    static final Globs ALL = new Globs(List.of());

    private final List<Pattern> admitted = new ArrayList<>();
    private final List<Pattern> excluded = new ArrayList<>();

    private Globs(List<String> globs) {
        for (String glob : globs) {
            boolean not = glob.startsWith("!");
            (not ? excluded : admitted).add(pattern(not ? glob.substring(1) : glob));
        }
    }

    /**
     * @throws IllegalArgumentException if a glob is empty
     */
    static Globs of(List<String> globs) {
        return globs.isEmpty() ? ALL : new Globs(globs);
    }

    private static Pattern pattern(String glob) {
        if (glob.isBlank()) {
            throw new IllegalArgumentException(
                    "has an empty entry; write *, a name, @alice.* or https://api.example.com/**");
        }
        if (glob.equals("*")) {
            return Pattern.compile(".*");
        }
        var regex = new StringBuilder();
        String text = glob.toLowerCase(Locale.ROOT);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '*' && i + 1 < text.length() && text.charAt(i + 1) == '*') {
                regex.append(".*");
                i++;
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString());
    }

    /** Whether it excludes nobody. */
    boolean isOpen() {
        return excluded.isEmpty()
                && (admitted.isEmpty()
                        || admitted.stream().anyMatch(p -> p.pattern().equals(".*")));
    }

    /** Whether one whom these names all mean is admitted. */
    boolean admit(List<String> names) {
        return (admitted.isEmpty() || any(admitted, names)) && !any(excluded, names);
    }

    private static boolean any(List<Pattern> patterns, List<String> names) {
        for (Pattern pattern : patterns) {
            for (String name : names) {
                if (pattern.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
                    return true;
                }
            }
        }
        return false;
    }
}
