package ai.robutler.core;

import tools.jackson.databind.node.ObjectNode;

import java.util.Locale;
import java.util.Map;

/**
 * The caller has to pay first, or cannot: 402. What a program needs in order to pay stands beside
 * the error and in the headers.
 *
 * <p>Source of the wire format: x402 version 2, "HTTP transport"; OpenAI, "Error codes".
 */
public final class PaymentRequiredException extends ApiException {

    /** Why nothing is served. */
    public enum Reason {
        PAYMENT_TOKEN_REQUIRED,
        PAYMENT_TOKEN_INVALID,
        INSUFFICIENT_BALANCE,
        SPENDING_LIMIT_EXCEEDED
    }

    private final Reason reason;
    private final transient ObjectNode details;
    private final transient ObjectNode body;
    private final transient Map<String, String> headers;

    /** Without a word on how to pay. */
    public PaymentRequiredException(Reason reason, String message) {
        this(reason, message, Json.object(), Json.object(), Map.of());
    }

    /**
     * @param details further properties of the error, such as the missing amount
     * @param body further properties beside the error, such as {@code accepts}
     * @param headers such as {@code PAYMENT-REQUIRED}
     */
    public PaymentRequiredException(
            Reason reason,
            String message,
            ObjectNode details,
            ObjectNode body,
            Map<String, String> headers) {
        super(402, "payment_required", reason.name().toLowerCase(Locale.ROOT), message, null);
        this.reason = reason;
        this.details = details;
        this.body = body;
        this.headers = Map.copyOf(headers);
    }

    public Reason reason() {
        return reason;
    }

    @Override
    public ObjectNode details() {
        return details;
    }

    @Override
    public ObjectNode body() {
        return body;
    }

    @Override
    public Map<String, String> headers() {
        return headers;
    }
}
