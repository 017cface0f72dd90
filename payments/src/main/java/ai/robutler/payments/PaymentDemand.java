package ai.robutler.payments;

import ai.robutler.core.Agent;
import ai.robutler.core.Cost;
import ai.robutler.core.Json;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.core.PaymentRequiredException.Reason;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What an agent wants to be paid, as the answer 402 tells it to people and programs.
 *
 * <p>Source of the wire format: x402 version 2, "PaymentRequired" and "HTTP transport".
 */
final class PaymentDemand {
    static final int VERSION = 2;

    private final Agent agent;
    private final AgentPrice price;
    private final PaymentOffers offers;
    private final String baseUrl;

    /**
     * @param baseUrl of this server, "" where it is not known
     */
    PaymentDemand(Agent agent, AgentPrice price, PaymentOffers offers, String baseUrl) {
        this.agent = agent;
        this.price = price;
        this.offers = offers;
        this.baseUrl = baseUrl;
    }

    /** The refusal of a request that has not begun. */
    PaymentRequiredException refuse(Reason reason, String message) {
        return refuse(reason, message, price.requestNanoUsd(), OptionalLong.empty(), Map.of());
    }

    /** As {@link #refuse(Reason, String)}, with the result of the payment that failed. */
    PaymentRequiredException refuse(Reason reason, String message, String paymentResponse) {
        return refuse(
                reason,
                message,
                price.requestNanoUsd(),
                OptionalLong.empty(),
                Map.of(PaymentHeaders.RESPONSE, paymentResponse));
    }

    /**
     * The refusal of a step.
     *
     * @param needed what the step may cost at most, in nano-dollars
     * @param available what there is for it, where that is known
     */
    PaymentRequiredException refuse(
            Reason reason, String message, long needed, OptionalLong available) {
        return refuse(reason, message, needed, available, Map.of());
    }

    private PaymentRequiredException refuse(
            Reason reason,
            String message,
            long needed,
            OptionalLong available,
            Map<String, String> more) {
        ObjectNode details = Json.object().put("required_usd", Cost.usd(needed));
        available.ifPresent(nanoUsd -> details.put("available_usd", Cost.usd(nanoUsd)));
        ObjectNode required = required(message, needed);
        ObjectNode body = required.deepCopy();
        body.remove("error");
        var headers = new LinkedHashMap<>(more);
        headers.put(PaymentHeaders.REQUIRED, Base64Json.write(required));
        headers.put("Cache-Control", "no-store");
        return new PaymentRequiredException(reason, message, details, body, headers);
    }

    private ObjectNode required(String message, long needed) {
        ObjectNode required = Json.object().put("x402Version", VERSION).put("error", message);
        ObjectNode resource = required.putObject("resource");
        resource.put("url", baseUrl + "/" + agent.name() + "/chat/completions");
        resource.put("description", agent.description()).put("mimeType", "application/json");
        ArrayNode accepts = required.putArray("accepts");
        offers.of(agent, price, needed).forEach(offer -> accepts.add(offer.json()));
        required.putObject("extensions");
        return required;
    }
}
