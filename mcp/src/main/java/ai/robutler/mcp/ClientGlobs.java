package ai.robutler.mcp;

import java.util.List;
import java.util.regex.Pattern;

/** Which names are meant: {@code *} stands for any characters, {@code ?} for one. */
record ClientGlobs(List<Pattern> patterns) {
    static final ClientGlobs NONE = new ClientGlobs(List.of());

    ClientGlobs {
        patterns = List.copyOf(patterns);
    }

    static ClientGlobs of(List<String> globs) {
        return new ClientGlobs(globs.stream().map(ClientGlobs::pattern).toList());
    }

    private static Pattern pattern(String glob) {
        var regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString());
    }

    boolean isEmpty() {
        return patterns.isEmpty();
    }

    boolean match(String name) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
    }
}
