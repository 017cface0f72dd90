package ai.robutler.payments;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Json;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.core.TokenSigner;

import tools.jackson.databind.node.ObjectNode;

/**
 * Payment tokens as text: signed JWTs of the type {@code payment+jwt} for the audience {@code
 * robutler-ledger}. Their claims: {@code jti}, {@code account}, {@code limit} in US dollars, {@code
 * agent} and {@code parent} where there are any, {@code iat}, {@code exp}. What is in them only
 * finds the token in the database, which is the one that is believed.
 *
 * <p>Source of the wire format: RFC 7519, RFC 8725.
 */
record TokenText(TokenSigner signer) {
    static final String TYPE = "payment+jwt";
    static final String AUDIENCE = "robutler-ledger";
    private static final String PARENT = "parent";
    private static final int LONGEST = 8_192;

    /**
     * What finds a token.
     *
     * @param agent that it is bound to, "" for none
     * @param isPart whether it came of another one
     */
    record Claims(String id, String account, String agent, boolean isPart) {}

    String sign(TokenRow row) {
        ObjectNode claims =
                Json.object()
                        .put("aud", AUDIENCE)
                        .put("jti", row.id())
                        .put("account", row.account())
                        .put("limit", Usd.text(row.limit()))
                        .put("iat", row.issued() / 1_000)
                        .put("exp", row.expires() / 1_000);
        if (!row.agent().isEmpty()) {
            claims.put("agent", row.agent());
        }
        if (row.depth() > 0) {
            claims.put(PARENT, row.lineage().get(1));
        }
        return signer.sign(TYPE, claims);
    }

    /**
     * @throws PaymentRequiredException if it is no token of this server
     * @throws ai.robutler.core.UnavailableException if nobody can tell now
     */
    Claims verify(String text) {
        if (text.length() > LONGEST) {
            throw TokenTable.invalid("The payment token is longer than any of this server.");
        }
        try {
            ObjectNode claims = signer.verify(TYPE, AUDIENCE, text);
            return new Claims(
                    claims.path("jti").asString(""),
                    claims.path("account").asString(""),
                    claims.path("agent").asString(""),
                    claims.has(PARENT));
        } catch (AuthenticationException e) {
            throw TokenTable.invalid("The payment token is not valid: " + e.getMessage());
        }
    }
}
