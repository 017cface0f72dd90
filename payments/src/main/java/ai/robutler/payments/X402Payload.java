package ai.robutler.payments;

import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A payment as a client has signed it. What it says of amounts, receivers and assets is compared
 * with what was offered, and never used otherwise.
 *
 * <p>Source of the wire format: x402 version 2, "PaymentPayload"; schemes exact and upto on EVM.
 *
 * @param json as we read it: this, not the client's bytes, goes to the facilitator
 */
record X402Payload(ObjectNode json) {
    private static final Pattern UNITS = Pattern.compile("[0-9]{1,78}");

    /**
     * @throws InvalidRequestException if it is none, with what is wrong
     */
    static X402Payload read(String base64) {
        ObjectNode json;
        try {
            json = Base64Json.read(base64);
        } catch (JsonSyntaxException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
        JsonNode version = json.path("x402Version");
        if (!version.isIntegralNumber() || version.asLong() != PaymentDemand.VERSION) {
            throw wrong("x402Version must be 2");
        }
        for (String field : List.of("accepted", "payload")) {
            if (!json.path(field).isObject() || json.path(field).isEmpty()) {
                throw wrong(field + " must be an object");
            }
        }
        for (String field : List.of("resource", "extensions")) {
            JsonNode value = json.path(field);
            if (!value.isMissingNode() && !value.isNull() && !value.isObject()) {
                throw wrong(field + " must be an object");
            }
        }
        return new X402Payload(json);
    }

    private static InvalidRequestException wrong(String why) {
        return InvalidRequestException.of(
                "payment_signature_invalid",
                "",
                "The header " + PaymentHeaders.SIGNATURE + " is no payment: " + why + ".");
    }

    /** The offer that the client means; empty where there is none such. */
    Optional<PaymentOffer> meant(List<PaymentOffer> offers) {
        return offers.stream()
                .filter(offer -> offer.is(json.path("accepted")))
                .filter(this::signs)
                .findFirst();
    }

    /**
     * Whether what is signed is the offer, as far as that shows here. The facilitator looks at all
     * of it; this is for facilitators with holes.
     */
    private boolean signs(PaymentOffer offer) {
        JsonNode transfer = json.path("payload").path("authorization");
        if (transfer.isObject()) {
            return offer.scheme().equals(X402Settings.EXACT)
                    && units(transfer.path("value"), offer.amount())
                    && address(transfer.path("to"), offer.payTo());
        }
        JsonNode permit = json.path("payload").path("permit2Authorization");
        if (permit.isObject()) {
            return units(permit.path("permitted").path("amount"), offer.amount())
                    && address(permit.path("permitted").path("token"), offer.asset())
                    && address(permit.path("witness").path("to"), offer.payTo());
        }
        return !offer.network().startsWith("eip155:");
    }

    private static boolean units(JsonNode given, String units) {
        return given.isString()
                && UNITS.matcher(given.stringValue()).matches()
                && given.stringValue().equals(units);
    }

    private static boolean address(JsonNode given, String address) {
        return given.isString() && given.stringValue().equalsIgnoreCase(address);
    }

    /**
     * What makes two payments the same one, however they are written: the network, who pays, and
     * the number that the payer uses once.
     */
    String fingerprint() {
        JsonNode payload = json.path("payload");
        JsonNode transfer = payload.path("authorization");
        JsonNode permit = payload.path("permit2Authorization");
        String network = json.path("accepted").path("network").asString();
        if (transfer.isObject()) {
            return hash(network, "eip3009", transfer.path("from"), transfer.path("nonce"));
        }
        if (permit.isObject()) {
            return hash(network, "permit2", permit.path("from"), permit.path("nonce"));
        }
        return hash(network, "", payload, payload);
    }

    private static String hash(String network, String kind, JsonNode payer, JsonNode nonce) {
        String text = String.join("\n", network, kind, canonical(payer), canonical(nonce));
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Numbers are the same in every case and with or without zeros before them. */
    private static String canonical(JsonNode node) {
        String text = node.isString() ? node.stringValue() : Json.write(node);
        String lower = node.isString() ? text.toLowerCase(Locale.ROOT) : text;
        try {
            return lower.startsWith("0x")
                    ? new BigInteger(lower.substring(2), 16).toString()
                    : new BigInteger(lower).toString();
        } catch (NumberFormatException _) {
            return text;
        }
    }
}
