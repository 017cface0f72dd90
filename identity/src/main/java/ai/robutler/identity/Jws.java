package ai.robutler.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.util.Base64URL;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A signed JWT that was read, and not believed yet.
 *
 * @param kid "" where it names no key
 * @param type its {@code typ} in lower case, without {@code application/}; "" where it has none
 */
record Jws(
        String token,
        JWSObject object,
        Algorithm algorithm,
        String kid,
        String type,
        ObjectNode claims) {
    /** Far beyond honest tokens; refused before anything is read. */
    static final int MAX_LENGTH = 8192;

    /**
     * Headers that would choose the key, or change how the token is to be read: RFC 8725, 3.10; RFC
     * 7515, 4.1.11.
     */
    private static final Set<String> REFUSED =
            Set.of("jku", "jwk", "x5u", "x5c", "crit", "b64", "zip", "enc");

    /** The end of the year 9999, in seconds. */
    private static final BigDecimal LATEST = BigDecimal.valueOf(253_402_300_799L);

    /** Nimbus' decoder passes over other characters: one token could be written in many ways. */
    private static final Pattern FORM =
            Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++");

    private static final Pattern KID = Pattern.compile("[\\x21-\\x7e]{1,256}");

    /**
     * @throws AuthenticationException if it is no signed JWT, or one with tricks in its header
     */
    static Jws parse(String token) {
        if (token.length() > MAX_LENGTH) {
            throw tooLong();
        }
        JWSObject object = object(token);
        JWSHeader header = object.getHeader();
        for (String parameter : header.getIncludedParams()) {
            if (REFUSED.contains(parameter)) {
                throw AuthenticationException.invalidToken(
                        "The token's header has '" + parameter + "', which is not accepted.");
            }
        }
        Algorithm algorithm =
                Algorithm.named(header.getAlgorithm().getName())
                        .orElseThrow(
                                () ->
                                        AuthenticationException.invalidToken(
                                                "The token's algorithm is not accepted."));
        return new Jws(token, object, algorithm, kid(header), type(header), claims(object));
    }

    static AuthenticationException tooLong() {
        return AuthenticationException.invalidToken(
                "The token is longer than " + MAX_LENGTH + " characters.");
    }

    /**
     * Whose token it says it is, "" where it says nothing: whatever its header is, tricks and all.
     */
    static String claimedIssuer(String token) {
        String[] parts = token.split("\\.", -1);
        try {
            String json = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
            return Json.parseObject(json).path("iss").asString("");
        } catch (IllegalArgumentException | JsonSyntaxException _) {
            return "";
        }
    }

    private static JWSObject object(String token) {
        try {
            if (FORM.matcher(token).matches()) {
                JWSObject object = JWSObject.parse(token);
                Base64URL signature = object.getSignature();
                if (Base64URL.encode(signature.decode()).equals(signature)) {
                    return object;
                }
            }
        } catch (ParseException | RuntimeException _) {
            // Whatever strangers' bytes do to a parser, they are no token. The exception is not
            // kept: it may hold parts of them.
        }
        throw AuthenticationException.invalidToken("The token is not a signed JWT.");
    }

    private static ObjectNode claims(JWSObject object) {
        try {
            return Json.parseObject(object.getPayload().toBytes());
        } catch (JsonSyntaxException _) {
            throw AuthenticationException.invalidToken("The token's claims are not a JSON object.");
        }
    }

    private static String kid(JWSHeader header) {
        String kid = header.getKeyID();
        if (kid == null) {
            return "";
        }
        if (!KID.matcher(kid).matches()) {
            throw AuthenticationException.invalidToken("The token's 'kid' is no name of a key.");
        }
        return kid;
    }

    private static String type(JWSHeader header) {
        return header.getType() == null ? "" : normal(header.getType().getType());
    }

    /** A {@code typ} as it is compared, RFC 7515, 4.1.9. */
    static String normal(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        return lower.startsWith("application/") ? lower.substring("application/".length()) : lower;
    }

    /** The text of a claim, "" where it is absent or not text. */
    String text(String claim) {
        JsonNode value = claims.path(claim);
        return value.isString() ? value.stringValue() : "";
    }

    /**
     * The time at a claim, in whole seconds.
     *
     * @throws AuthenticationException if what is there is no time
     */
    Optional<Instant> time(String claim) {
        JsonNode value = claims.path(claim);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        // Compared before it is used: a number of a few letters can have a billion digits.
        if (!value.isNumber()
                || value.decimalValue().signum() < 0
                || value.decimalValue().compareTo(LATEST) > 0) {
            throw AuthenticationException.invalidToken("The token's '" + claim + "' is no time.");
        }
        return Optional.of(Instant.ofEpochSecond(value.decimalValue().longValue()));
    }

    /** Whether a key made its signature. */
    boolean isSignedBy(VerificationKey key) {
        if (key.algorithm() != algorithm) {
            return false;
        }
        try {
            return key.verifier()
                    .verify(object.getHeader(), object.getSigningInput(), object.getSignature());
        } catch (JOSEException | RuntimeException _) {
            // A signature that cannot even be checked is none.
            return false;
        }
    }
}
