package ai.robutler.models;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes in a URL (RFC 2397), of which only the form in base64 is taken.
 *
 * @param mediaType without parameters, in small letters
 * @param base64 the data, not decoded
 */
record DataUrl(String mediaType, String base64) {
    private static final Pattern FORM =
            Pattern.compile(
                    "data:([^;,]*)(?:;[^;,]*)*?;base64,(.*)",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    static boolean is(String url) {
        return url.regionMatches(true, 0, "data:", 0, 5);
    }

    /** Empty if it is not in base64. */
    static Optional<DataUrl> of(String url) {
        Matcher matcher = FORM.matcher(url);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String type = matcher.group(1).strip().toLowerCase(Locale.ROOT);
        return Optional.of(new DataUrl(type.isEmpty() ? "text/plain" : type, matcher.group(2)));
    }
}
