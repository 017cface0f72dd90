package ai.robutler.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.core.RunContext;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.node.ObjectNode;

import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * How calls are paid for within the protocol; the headers that HTTP has for it do as well.
 *
 * <p>Source of the format: x402 version 2, "Transport: MCP".
 */
final class ServedPayment {
    private static final String PAYMENT = "x402/payment";
    private static final String RESPONSE = "x402/payment-response";

    private ServedPayment() {}

    /** What the request brings, as the headers that HTTP has for it. */
    static Map<String, String> headers(ServedMessage.Request request) {
        return request.meta().path(PAYMENT) instanceof ObjectNode payment
                ? Map.of(
                        "payment-signature",
                        Base64.getEncoder().encodeToString(Json.writeBytes(payment)))
                : Map.of();
    }

    /** The result of a tool that was not paid for: what is asked, and how it can be paid. */
    static ObjectNode refused(String tool, PaymentRequiredException refusal) {
        ObjectNode body = ServedError.body(refusal);
        ObjectNode required = Json.object();
        required.setAll(refusal.body());
        required.put("error", refusal.getMessage());
        if (required.path("resource") instanceof ObjectNode resource) {
            ObjectNode named = Json.shallowCopy(resource);
            required.set("resource", named.put("url", "mcp://tool/" + tool));
        }
        ObjectNode result = Json.object().put("isError", true);
        result.putArray("content")
                .addObject()
                .put("type", "text")
                .put("text", Json.write(required));
        result.set("structuredContent", required);
        ObjectNode meta = result.putObject("_meta");
        meta.set("ai.robutler/error", body.path("error"));
        receipt(refusal.headers().get("PAYMENT-RESPONSE")).ifPresent(r -> meta.set(RESPONSE, r));
        return result;
    }

    /** Adds how the payment went, if there was one. */
    static void receipt(ObjectNode result, RunContext context) {
        receipt(context.replyHeaders().snapshot().get("PAYMENT-RESPONSE"))
                .ifPresent(r -> result.withObject("/_meta").set(RESPONSE, r));
    }

    private static Optional<ObjectNode> receipt(@Nullable String base64) {
        if (base64 == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Json.parseObject(new String(Base64.getDecoder().decode(base64), UTF_8)));
        } catch (IllegalArgumentException | JsonSyntaxException e) {
            return Optional.empty();
        }
    }
}
