package ai.robutler.identity;

import ai.robutler.core.AuthenticationException;

import tools.jackson.databind.JsonNode;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What a token must say to be good, whoever signed it: RFC 8725, 3.8 to 3.11.
 *
 * @param audiences one of which it must be meant for
 * @param types the {@code typ}s that it may have, in lower case; "" for none at all
 */
record ClaimRules(String issuer, Set<String> audiences, Set<String> types) {
    /** How far clocks may be apart. */
    static final Duration LEEWAY = Duration.ofSeconds(60);

    ClaimRules {
        audiences = Set.copyOf(audiences);
        types = Set.copyOf(types);
    }

    /**
     * @throws AuthenticationException if the token is not good now; the message says why
     */
    void check(Jws jws, Instant now) {
        require(types.contains(jws.type()), "The token is of another type (its 'typ').");
        require(jws.text("iss").equals(issuer), "The token is of another issuer.");
        require(isForUs(jws.claims().path("aud")), "The token is for another audience.");
        Instant expiry =
                jws.time("exp").orElseThrow(() -> refused("The token has no expiry (its 'exp')."));
        require(now.minus(LEEWAY).isBefore(expiry), "The token has expired.");
        for (String claim : List.of("nbf", "iat")) {
            boolean hasBegun =
                    jws.time(claim).map(from -> !from.isAfter(now.plus(LEEWAY))).orElse(true);
            require(hasBegun, "The token is not valid yet (its '" + claim + "').");
        }
    }

    private boolean isForUs(JsonNode audience) {
        if (audience.isString()) {
            return audiences.contains(audience.stringValue());
        }
        boolean found = false;
        for (JsonNode each : audience) {
            if (!each.isString()) {
                return false;
            }
            found |= audiences.contains(each.stringValue());
        }
        return audience.isArray() && found;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw refused(message);
        }
    }

    private static AuthenticationException refused(String message) {
        return AuthenticationException.invalidToken(message);
    }
}
