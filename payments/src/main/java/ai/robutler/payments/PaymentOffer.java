package ai.robutler.payments;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One way to pay for a request.
 *
 * <p>Source of the wire format: x402 version 2, "PaymentRequirements".
 *
 * @param amount in the asset's own units
 * @param maxTimeoutSeconds how long a payment may take
 */
record PaymentOffer(
        String scheme,
        String network,
        String amount,
        String asset,
        String payTo,
        long maxTimeoutSeconds,
        ObjectNode extra) {

    ObjectNode json() {
        return json(amount);
    }

    /** The same with another amount: what is settled of {@code upto}. */
    ObjectNode json(String units) {
        ObjectNode json = Json.object().put("scheme", scheme).put("network", network);
        json.put("amount", units).put("asset", asset).put("payTo", payTo);
        json.put("maxTimeoutSeconds", maxTimeoutSeconds);
        json.set("extra", extra);
        return json;
    }

    /** Whether a client means this one: all that decides where how much goes must be the same. */
    boolean is(JsonNode accepted) {
        return same(accepted, "scheme", scheme)
                && same(accepted, "network", network)
                && same(accepted, "amount", amount)
                && same(accepted, "asset", asset)
                && same(accepted, "payTo", payTo);
    }

    private static boolean same(JsonNode accepted, String field, String value) {
        JsonNode given = accepted.path(field);
        return given.isString() && given.stringValue().equals(value);
    }
}
