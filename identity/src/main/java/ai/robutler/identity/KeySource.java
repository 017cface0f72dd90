package ai.robutler.identity;

import java.util.List;

/** The public keys of one issuer. Thread-safe; may block for a bounded time. */
interface KeySource {

    /**
     * The keys that can have signed a token; few, mostly one.
     *
     * @param kid selects within this issuer's keys, and does nothing else; "" where the token names
     *     none: then there is an answer only where there is one key to choose from
     * @throws ai.robutler.core.UnavailableException if no key can be known now
     */
    List<VerificationKey> keys(String kid, Algorithm algorithm);
}
