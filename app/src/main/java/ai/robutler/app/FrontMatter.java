package ai.robutler.app;

import java.util.Optional;

/**
 * An agent file in its two parts.
 *
 * @param yaml between the two lines of dashes
 * @param body what comes after them
 */
record FrontMatter(String yaml, String body) {
    private static final String FENCE = "---";

    /** Whether the text has front matter at all. */
    static boolean begins(String text) {
        return lines(text)[0].stripTrailing().equals(FENCE);
    }

    /** The parts; empty where the front matter has no end. */
    static Optional<FrontMatter> split(String text) {
        String[] lines = lines(text);
        var yaml = new StringBuilder();
        for (int i = 1; i < lines.length; i++) {
            String line = lines[i].stripTrailing();
            if (line.equals(FENCE) || line.equals("...")) {
                var body =
                        String.join("\n", java.util.Arrays.copyOfRange(lines, i + 1, lines.length));
                return Optional.of(new FrontMatter(yaml.toString(), body.strip()));
            }
            yaml.append(lines[i]).append('\n');
        }
        return Optional.empty();
    }

    private static String[] lines(String text) {
        String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
        return plain.split("\r\n|\r|\n", -1);
    }
}
