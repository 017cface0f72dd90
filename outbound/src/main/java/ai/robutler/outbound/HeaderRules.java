package ai.robutler.outbound;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Which headers a request may have, and which of them go along to another origin. */
final class HeaderRules {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern VALUE = Pattern.compile("[\\t -~]*");

    /** They say where a request goes and where it ends: the client's own affair. */
    private static final Set<String> OWN =
            Set.of(
                    "host",
                    "connection",
                    "content-length",
                    "transfer-encoding",
                    "keep-alive",
                    "upgrade",
                    "expect",
                    "te",
                    "trailer",
                    "accept-encoding",
                    "proxy-connection",
                    "proxy-authorization");

    /** No other may be known to carry no secret. */
    private static final Set<String> HARMLESS =
            Set.of("accept", "accept-language", "user-agent", "traceparent", "x-request-id");

    private HeaderRules() {}

    /**
     * @throws IllegalArgumentException for what cannot go out as it stands; it never shows a value
     */
    static Map<String, String> checked(Map<String, String> headers) {
        var checked = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach(
                (name, value) -> {
                    if (!NAME.matcher(name).matches()) {
                        throw new IllegalArgumentException(
                                "the name of a header contains a character that it must not");
                    }
                    if (!VALUE.matcher(value).matches()) {
                        throw new IllegalArgumentException(
                                "the header "
                                        + name
                                        + " contains a line break, control or non-ASCII character");
                    }
                    if (OWN.contains(name.toLowerCase(Locale.ROOT))) {
                        throw new IllegalArgumentException(
                                "the header " + name + " is set by the client itself");
                    }
                    if (checked.put(name, value) != null) {
                        throw new IllegalArgumentException(
                                "the header " + name + " is there twice");
                    }
                });
        return checked;
    }

    /** What is left when the body is dropped. */
    static Map<String, String> withoutBody(Map<String, String> headers) {
        var kept = new TreeMap<>(headers);
        kept.keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).startsWith("content-"));
        return kept;
    }

    /** What may go along to another origin. */
    static Map<String, String> harmless(Map<String, String> headers) {
        var kept = new TreeMap<>(headers);
        kept.keySet().removeIf(name -> !HARMLESS.contains(name.toLowerCase(Locale.ROOT)));
        return kept;
    }
}
