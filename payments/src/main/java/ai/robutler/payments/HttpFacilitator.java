package ai.robutler.payments;

import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.core.StoppedException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.regex.Pattern;

/**
 * A facilitator over HTTP.
 *
 * <p>Source of the wire format: x402 version 2, "Facilitator Interface".
 */
final class HttpFacilitator implements Facilitator {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFacilitator.class);
    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_.:-]{1,128}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:/+=-]{0,256}");

    /** How a request gets there: bounded in time and size, not to be redirected. */
    @FunctionalInterface
    interface Post {
        /**
         * @throws ai.robutler.core.UnavailableException if there is no answer
         */
        Answer post(String url, String authorization, byte[] json);
    }

    record Answer(int status, byte[] body) {}

    private final X402Settings settings;
    private final Post post;

    HttpFacilitator(X402Settings settings, Post post) {
        this.settings = settings;
        this.post = post;
    }

    @Override
    public Verification verify(X402Payload payload, PaymentOffer offer) {
        ObjectNode answer = ask("/verify", payload, offer.json(), "isValid");
        boolean valid = answer.path("isValid").booleanValue();
        return new Verification(valid, valid ? "" : code(answer.path("invalidReason")));
    }

    @Override
    public SettlementResult settle(X402Payload payload, PaymentOffer offer, String units) {
        ObjectNode answer = ask("/settle", payload, offer.json(units), "success");
        boolean success = answer.path("success").booleanValue();
        return new SettlementResult(
                success,
                success ? "" : code(answer.path("errorReason")),
                name(answer.path("transaction")),
                name(answer.path("payer")));
    }

    private ObjectNode ask(
            String path, X402Payload payload, ObjectNode requirements, String decision) {
        ObjectNode question = Json.object().put("x402Version", PaymentDemand.VERSION);
        question.set("paymentPayload", payload.json());
        question.set("paymentRequirements", requirements);
        Answer answer =
                post.post(
                        settings.facilitator() + path,
                        settings.authorization(),
                        Json.writeBytes(question));
        try {
            ObjectNode json = Json.parseObject(answer.body());
            // Some say no with an error status; nobody can say yes with one.
            boolean decided = json.path(decision).isBoolean();
            boolean ok = answer.status() >= 200 && answer.status() <= 299;
            if (decided && (ok || !json.path(decision).booleanValue())) {
                return json;
            }
        } catch (JsonSyntaxException _) {
            // Told below, like every answer that is none.
        }
        LOG.warn("the x402 facilitator answered {} with {}: no decision", path, answer.status());
        throw new StoppedException(
                502,
                "payment_facilitator_failed",
                "The facilitator of payments by x402 gave no usable answer. Try again later, or pay"
                        + " with a payment token.");
    }

    /** A reason for programs; others' words do not get through to logs and clients. */
    private static String code(JsonNode value) {
        String text = value.asString("");
        return CODE.matcher(text).matches() ? text : "unspecified";
    }

    private static String name(JsonNode value) {
        String text = value.asString("");
        return NAME.matcher(text).matches() ? text : "";
    }
}
