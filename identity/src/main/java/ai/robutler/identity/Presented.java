package ai.robutler.identity;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Headers;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The credentials in the headers of a request, as they came. What stands in the query is never
 * looked at: it ends up in logs and histories.
 *
 * @param secret an API key or a token, from either header; never empty text
 * @param isOtherScheme whether {@code Authorization} has another scheme than Bearer
 * @param assertion {@code X-Owner-Assertion}
 */
record Presented(Optional<String> secret, boolean isOtherScheme, Optional<String> assertion) {
    private static final String BEARER = "bearer";

    /**
     * @throws AuthenticationException if the headers contradict each other
     */
    static Presented of(Headers headers) {
        Optional<String> authorization = one(headers, "Authorization");
        Optional<String> apiKey = one(headers, "X-API-Key");
        Optional<String> bearer = authorization.filter(Presented::isBearer).map(Presented::token);
        boolean isOther = authorization.isPresent() && bearer.isEmpty();
        if (authorization.isPresent() && apiKey.isPresent() && !apiKey.equals(bearer)) {
            throw AuthenticationException.invalidToken(
                    "Authorization and X-API-Key say different things; send one of them.");
        }
        return new Presented(
                bearer.or(() -> apiKey).filter(secret -> !secret.isEmpty()),
                isOther,
                one(headers, "X-Owner-Assertion"));
    }

    private static Optional<String> one(Headers headers, String name) {
        List<String> all = headers.all(name);
        if (all.size() > 1) {
            throw AuthenticationException.invalidToken(
                    "There is more than one header " + name + ".");
        }
        return all.stream().findFirst().map(String::strip);
    }

    private static boolean isBearer(String authorization) {
        String lower = authorization.toLowerCase(Locale.ROOT);
        return lower.equals(BEARER) || lower.startsWith(BEARER + " ");
    }

    private static String token(String authorization) {
        return authorization.substring(BEARER.length()).strip();
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "Presented";
    }
}
