package ai.robutler.app;

import java.util.regex.Pattern;

/** Takes keys and tokens out of what is written to terminals and logs. */
final class Redaction {
    private static final Pattern SECRET =
            Pattern.compile(
                    "\\b(sk|rk|pk|xai|gsk)([-_])[A-Za-z0-9_-]{6,}"
                            + "|(?i)\\b(bearer|basic)(\\s+)[A-Za-z0-9._~+/=-]{6,}"
                            + "|\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*"
                            + "|(?i)(?<=://)[^/\\s:@]+:[^/\\s@]+(?=@)");

    private Redaction() {}

    static String mask(String text) {
        return SECRET.matcher(text)
                .replaceAll(
                        found -> {
                            if (found.group(1) != null) {
                                return found.group(1) + found.group(2) + "…";
                            }
                            return found.group(3) != null
                                    ? found.group(3) + found.group(4) + "…"
                                    : "…";
                        });
    }
}
