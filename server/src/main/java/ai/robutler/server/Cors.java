package ai.robutler.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which web pages may call. Source: Fetch standard, "CORS protocol". All origins ({@code *}) never
 * go together with credentials.
 */
final class Cors {
    private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9.\\[\\]:-]+");
    private static final Pattern HEADER_NAMES =
            Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,2048}");

    /** What programs in web pages need to read of an answer: to pay, to retry, to ask for help. */
    private static final String READABLE =
            String.join(
                    ", ",
                    RequestIds.HEADER,
                    "Retry-After",
                    "WWW-Authenticate",
                    "PAYMENT-REQUIRED",
                    "PAYMENT-RESPONSE",
                    "Idempotent-Replayed",
                    "RateLimit",
                    "RateLimit-Policy",
                    "Mcp-Session-Id");

    private final Set<String> origins;

    Cors(Set<String> origins) {
        this.origins = origins;
    }

    static String requireOrigin(String origin) {
        if (!origin.equals("*") && !ORIGIN.matcher(origin).matches()) {
            throw new IllegalArgumentException(
                    "a CORS origin is '*' or like https://app.example.com, without a path; this is"
                        + " '"
                            + origin
                            + "'");
        }
        return origin;
    }

    /** The headers of every answer to this request. */
    Map<String, String> headers(RequestHead head) {
        if (origins.isEmpty()) {
            return Map.of();
        }
        var headers = new LinkedHashMap<String, String>();
        if (!origins.contains("*")) {
            headers.put("Vary", "Origin");
        }
        String origin = head.header("Origin").orElse("");
        if (allows(origin)) {
            headers.put("Access-Control-Allow-Origin", origins.contains("*") ? "*" : origin);
            if (!origins.contains("*")) {
                headers.put("Access-Control-Allow-Credentials", "true");
            }
            headers.put("Access-Control-Expose-Headers", READABLE);
        }
        return headers;
    }

    /** The further headers of an answer to OPTIONS, if that is a preflight that may pass. */
    Map<String, String> preflight(RequestHead head, String methods) {
        boolean asks = head.header("Access-Control-Request-Method").isPresent();
        if (!asks || !allows(head.header("Origin").orElse(""))) {
            return Map.of();
        }
        var headers = new LinkedHashMap<String, String>();
        headers.put("Access-Control-Allow-Methods", methods);
        head.header("Access-Control-Request-Headers")
                .map(String::strip)
                .filter(names -> HEADER_NAMES.matcher(names).matches())
                .ifPresent(names -> headers.put("Access-Control-Allow-Headers", names));
        headers.put("Access-Control-Max-Age", "600");
        return headers;
    }

    private boolean allows(String origin) {
        return !origin.isEmpty() && (origins.contains("*") || origins.contains(origin));
    }
}
