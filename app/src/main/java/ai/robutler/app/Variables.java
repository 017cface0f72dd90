package ai.robutler.app;

import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Expands {@code ${NAME}} and {@code ${NAME:-default}} as a shell does; two dollars stand for one,
 * and what follows them is left as it is.
 */
final class Variables {
    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\$\\{|\\$\\{(?:([A-Za-z_]\\w*)(?::-([^}]*))?})?");

    private final Environment environment;

    Variables(Environment environment) {
        this.environment = environment;
    }

    /** Whether the text is one reference and nothing else. */
    static boolean isReference(String text) {
        return text.startsWith("${") && REFERENCE.matcher(text).matches();
    }

    String expand(String text, Consumer<String> problems) {
        if (!text.contains("${")) {
            return text;
        }
        return REFERENCE
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(value(found, problems)));
    }

    private String value(MatchResult found, Consumer<String> problems) {
        if (found.group().startsWith("$$")) {
            return "${";
        }
        String name = found.group(1);
        if (name == null) {
            problems.accept(
                    "'${' begins a variable, such as ${NAME} or ${NAME:-default};"
                            + " write $${ for the characters themselves");
            return found.group();
        }
        String fallback = found.group(2);
        if (fallback != null) {
            String set = environment.get(name);
            return set.isEmpty() ? fallback : set;
        }
        if (!environment.has(name)) {
            problems.accept(
                    "the environment variable "
                            + name
                            + " is not set; set it, or give a default: ${"
                            + name
                            + ":-default}");
        }
        return environment.get(name);
    }
}
