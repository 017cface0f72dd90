package ai.robutler.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;

import java.util.Optional;

/**
 * A public key, good for one algorithm. Thread-safe.
 *
 * @param kid its name within the issuer's set, "" where it has none
 * @param thumbprint tells it from every other key in the world, RFC 7638
 */
record VerificationKey(String kid, Algorithm algorithm, String thumbprint, JWSVerifier verifier) {

    /** The key, if signatures of an algorithm known here can be checked with it. */
    static Optional<VerificationKey> of(JWK jwk) {
        Optional<Algorithm> algorithm = Algorithm.of(jwk);
        if (algorithm.isEmpty() || !isForSignatures(jwk, algorithm.get())) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new VerificationKey(
                            jwk.getKeyID() == null ? "" : jwk.getKeyID(),
                            algorithm.get(),
                            jwk.computeThumbprint().toString(),
                            algorithm.get().verifier(jwk)));
        } catch (JOSEException | IllegalArgumentException _) {
            // As good as a key of another kind: it is of no use here.
            return Optional.empty();
        }
    }

    private static boolean isForSignatures(JWK jwk, Algorithm algorithm) {
        boolean use = jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE);
        boolean operations =
                jwk.getKeyOperations() == null
                        || jwk.getKeyOperations().contains(KeyOperation.VERIFY);
        boolean named =
                jwk.getAlgorithm() == null || jwk.getAlgorithm().getName().equals(algorithm.jose());
        return use && operations && named;
    }
}
