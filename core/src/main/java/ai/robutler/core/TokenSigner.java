package ai.robutler.core;

import tools.jackson.databind.node.ObjectNode;

/**
 * Signs this server's own short tokens, and tells whether one is its own. Every node of a server
 * knows the tokens of the others. Thread-safe.
 *
 * <p>Source of the wire format: RFC 7519 (JWT), RFC 8725 (best practices).
 */
public interface TokenSigner {

    /** What stands as {@code iss} in its tokens. */
    String issuer();

    /**
     * A signed token. {@code iss} is set; {@code aud}, {@code exp} and the rest are the claims' to
     * say.
     *
     * @param type the {@code typ} of the token, such as {@code payment+jwt}: no token of one type
     *     is good where another is asked for
     */
    String sign(String type, ObjectNode claims);

    /**
     * The claims of a token of this server, of this type and for this audience, that is good now
     * (60 s of leeway).
     *
     * @throws AuthenticationException if it is not; the message says why, without the token
     * @throws UnavailableException if nobody can tell now
     */
    ObjectNode verify(String type, String audience, String token);
}
