package ai.robutler.models;

import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.core.ProviderException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.Optional;

/**
 * Anthropic's errors as ours: its types are told apart by their status, and then treated as those
 * of any other provider.
 *
 * <p>Source of the wire format: Anthropic, "Errors".
 */
final class AnthropicErrors {
    private static final Logger LOG = LoggerFactory.getLogger(AnthropicErrors.class);
    private static final int BAD_REQUEST = 400;
    private static final int NO_CREDIT = 402;

    private final OpenAiErrors errors;

    AnthropicErrors(OpenAiErrors errors) {
        this.errors = errors;
    }

    /**
     * The failure of an answer with a status other than 2xx.
     *
     * @param requestId the provider's name for the request, for the operator and the provider's
     *     support
     */
    ProviderException of(int status, Duration retryAfter, byte[] body, Optional<String> requestId) {
        ObjectNode error = error(body);
        LOG.warn(
                "anthropic answered with HTTP {} {} (request-id {})",
                status,
                error.path("type").stringValue(""),
                requestId.orElse("unknown"));
        return of(status, retryAfter, error);
    }

    /** Throws if an answer of status 200, or an event of a stream, is an error all the same. */
    void throwIfError(ObjectNode json, Optional<String> requestId) {
        if (json.path("type").stringValue("").equals("error") || json.path("error").isObject()) {
            ObjectNode error = error(json);
            LOG.warn(
                    "anthropic failed in its answer: {} (request-id {})",
                    error.path("type").stringValue(""),
                    requestId.orElse("unknown"));
            throw of(status(error.path("type").stringValue("")), Duration.ZERO, error);
        }
    }

    private ProviderException of(int status, Duration retryAfter, ObjectNode error) {
        String message = error.path("message").stringValue("");
        if (status == BAD_REQUEST && message.startsWith("Your credit balance is too low")) {
            return errors.of(NO_CREDIT, retryAfter, Json.writeBytes(error));
        }
        ObjectNode told = Json.object().put("message", message);
        if (status == BAD_REQUEST && isTooLong(message)) {
            told.put("code", "context_length_exceeded").put("param", "messages");
        }
        return errors.of(status, retryAfter, Json.writeBytes(told));
    }

    private static boolean isTooLong(String message) {
        return message.startsWith("prompt is too long") || message.contains("exceed context limit");
    }

    private static ObjectNode error(byte[] body) {
        try {
            return error(Json.parseObject(body));
        } catch (JsonSyntaxException e) {
            return Json.object(); // An error page of something in between: the status says enough.
        }
    }

    private static ObjectNode error(ObjectNode json) {
        JsonNode error = json.path("error");
        return error instanceof ObjectNode object ? object : json;
    }

    private static int status(String type) {
        return switch (type) {
            case "invalid_request_error" -> BAD_REQUEST;
            case "authentication_error" -> 401;
            case "billing_error" -> NO_CREDIT;
            case "permission_error" -> 403;
            case "not_found_error" -> 404;
            case "request_too_large" -> 413;
            case "rate_limit_error" -> 429;
            case "timeout_error" -> 504;
            case "overloaded_error" -> 529;
            default -> 500;
        };
    }
}
