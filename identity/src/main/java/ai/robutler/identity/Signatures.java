package ai.robutler.identity;

import ai.robutler.core.AuthenticationException;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import java.util.List;

/**
 * Checks signatures, and remembers which token was proven by which key: a token that comes with
 * each request costs a hash instead of half a millisecond. Only the signature is remembered. Claims
 * are checked each time, and a key must still be among its issuer's keys: so neither an expired
 * token nor a revoked key lives on here. Thread-safe.
 */
final class Signatures {
    private static final int SIZE = 10_000;

    private final Cache<String, String> proven = Caffeine.newBuilder().maximumSize(SIZE).build();

    /**
     * Returns if one of the issuer's keys signed the token.
     *
     * @throws AuthenticationException if none did
     * @throws ai.robutler.core.UnavailableException if no key can be known now
     */
    void require(Jws jws, KeySource source) {
        require(jws, Sha256.hex(jws.token()), source);
    }

    /**
     * @param hash of the token's text, where it is known already
     */
    void require(Jws jws, String hash, KeySource source) {
        List<VerificationKey> keys = source.keys(jws.kid(), jws.algorithm());
        if (keys.isEmpty()) {
            throw AuthenticationException.invalidToken(
                    "The token is signed with a key that its issuer does not have.");
        }
        String prover = proven.getIfPresent(hash);
        for (VerificationKey key : keys) {
            if (key.thumbprint().equals(prover)) {
                return;
            }
        }
        for (VerificationKey key : keys) {
            if (jws.isSignedBy(key)) {
                proven.put(hash, key.thumbprint());
                return;
            }
        }
        throw AuthenticationException.invalidToken("The token's signature is wrong.");
    }
}
