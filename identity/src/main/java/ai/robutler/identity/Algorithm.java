package ai.robutler.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;

import java.util.Arrays;
import java.util.Optional;

/**
 * A signature algorithm that is understood here. Each goes with one type of key alone, so that no
 * key can be used for what it was not made for; symmetric ones and {@code none} do not exist.
 *
 * <p>Source of the names: RFC 7518, RFC 8037.
 */
public enum Algorithm {
    RS256("RS256"),
    ES256("ES256"),
    EDDSA("EdDSA");

    private static final int LEAST_RSA_BITS = 2048;

    /** Checking a signature of a longer one takes so long that it would be an attack. */
    private static final int MOST_RSA_BITS = 8192;

    private final String jose;

    Algorithm(String jose) {
        this.jose = jose;
    }

    /** The algorithm with this name on the wire; names are case-sensitive. */
    static Optional<Algorithm> named(String name) {
        return Arrays.stream(values()).filter(each -> each.jose.equals(name)).findFirst();
    }

    /** The name on the wire. */
    String jose() {
        return jose;
    }

    /** The one algorithm that a key is good for; none for keys that are not used here. */
    static Optional<Algorithm> of(JWK key) {
        return switch (key) {
            case RSAKey rsa when rsa.size() >= LEAST_RSA_BITS && rsa.size() <= MOST_RSA_BITS ->
                    Optional.of(RS256);
            case ECKey ec when ec.getCurve().equals(Curve.P_256) -> Optional.of(ES256);
            case OctetKeyPair okp when okp.getCurve().equals(Curve.Ed25519) -> Optional.of(EDDSA);
            default -> Optional.empty();
        };
    }

    /**
     * What checks signatures by the public part of a key of this algorithm.
     *
     * @throws JOSEException if the key is malformed
     */
    JWSVerifier verifier(JWK key) throws JOSEException {
        return switch (this) {
            case RS256 -> new RSASSAVerifier(key.toRSAKey().toPublicJWK());
            case ES256 -> new ECDSAVerifier(key.toECKey().toPublicJWK());
            case EDDSA -> new Ed25519Verifier(key.toOctetKeyPair());
        };
    }
}
