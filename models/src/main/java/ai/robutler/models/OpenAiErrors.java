package ai.robutler.models;

import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.core.ProviderException;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;

/**
 * A provider's errors as ours. Only what the provider says about the request itself reaches the
 * client: its words on keys and accounts are the operator's business.
 *
 * <p>Source of the wire format: OpenAI, "Error codes".
 */
final class OpenAiErrors {
    private static final int MAX_MESSAGE = 2000;
    private static final int UNKNOWN = 500;
    private static final String REFUSED = "refused the server's credentials";

    /** The code by which callers know that a model with a larger window may help. */
    private static final String TOO_LONG = "context_length_exceeded";

    private final String provider;
    private final String model;
    private final String key;
    private final boolean callers;
    private final Quirks quirks;

    /**
     * @param key which no message must hold, "" if there is none
     * @param callers whether the key is a caller's own, who then hears that it was refused
     */
    OpenAiErrors(String provider, String model, String key, boolean callers, Quirks quirks) {
        this.provider = provider;
        this.model = model;
        this.key = key;
        this.callers = callers;
        this.quirks = quirks;
    }

    /** The failure of an answer with a status other than 2xx. */
    ProviderException of(int status, Duration retryAfter, byte[] body) {
        return of(status, retryAfter, error(body));
    }

    /**
     * Answers of status 200 and events of a stream can be errors all the same.
     *
     * @param event the event's type, "" if it has none
     */
    void throwIfError(String event, ObjectNode json) {
        JsonNode error = json.path("error");
        boolean present = !error.isMissingNode() && !error.isNull();
        if (present || event.equals("error")) {
            JsonNode what = present ? error : json;
            throw of(status(what, json), Duration.ZERO, what);
        }
        if (brokeOff(json)) {
            throw ProviderException.failed(provider, "broke off its answer with an error", null);
        }
    }

    /** Some have a finish reason for their own failures, or a field of their own in the chunk. */
    private boolean brokeOff(ObjectNode json) {
        for (JsonNode choice : json.path("choices")) {
            if (choice.path("finish_reason").asString("").equals("error")) {
                return true;
            }
        }
        return !quirks.chunkError.isEmpty() && !text(json.at(quirks.chunkError)).isEmpty();
    }

    private ProviderException of(int status, Duration retryAfter, JsonNode error) {
        return switch (status) {
            case 401, 403 -> refusedKey();
            case 402 ->
                    callers
                            ? OwnKeys.refused(provider, "has no credit left for your key")
                            : ProviderException.refused(
                                    provider, "has no credit left for this server");
            case 404 ->
                    callers
                            ? OwnKeys.refused(provider, "has no model '" + model + "' for your key")
                            : ProviderException.refused(
                                    provider,
                                    "does not know the model '"
                                            + model
                                            + "', or its base URL is wrong");
            case 429 -> ProviderException.rateLimited(provider, retryAfter);
            case 409, 425 ->
                    ProviderException.untimely(provider, "failed with HTTP " + status, retryAfter);
            case 408 -> failed(status, retryAfter);
            default -> {
                if (status >= 500) {
                    yield failed(status, retryAfter);
                }
                yield status >= 400
                        ? rejected(status, error)
                        : ProviderException.refused(
                                provider,
                                "answered with HTTP "
                                        + status
                                        + " instead of a completion: check its base URL");
            }
        };
    }

    private ProviderException refusedKey() {
        return callers
                ? OwnKeys.refused(provider, "refused your key")
                : ProviderException.refused(provider, REFUSED);
    }

    private ProviderException failed(int status, Duration retryAfter) {
        return ProviderException.failed(provider, "failed with HTTP " + status, retryAfter, null);
    }

    private ProviderException rejected(int status, JsonNode error) {
        String message = message(error);
        if (quirks.badKey.matcher(message).find()) {
            return refusedKey();
        }
        boolean tooLong = quirks.tooLong.matcher(message).find();
        if (message.isBlank()) {
            message =
                    "The model provider "
                            + provider
                            + " rejected the request (HTTP "
                            + status
                            + ").";
        }
        if (!key.isEmpty()) {
            message = message.replace(key, "…");
        }
        if (message.length() > MAX_MESSAGE) {
            message = message.substring(0, MAX_MESSAGE) + "…";
        }
        return ProviderException.rejected(
                message, tooLong ? TOO_LONG : text(error.path("code")), text(error.path("param")));
    }

    /** FastAPI, which several providers stand on, has a list of details instead of a message. */
    private static String message(JsonNode error) {
        JsonNode message = error.isString() ? error : error.path("message");
        JsonNode details = message.isObject() ? message.path("detail") : error.path("detail");
        if (!details.isArray()) {
            return text(details.isString() ? details : message);
        }
        var lines = new ArrayList<String>();
        for (JsonNode detail : details) {
            var place = new ArrayList<String>();
            detail.path("loc").forEach(step -> place.add(text(step)));
            lines.add(String.join(".", place) + ": " + text(detail.path("msg")));
        }
        return String.join("; ", lines);
    }

    private static JsonNode error(byte[] body) {
        try {
            JsonNode whole = Json.parse(new String(body, StandardCharsets.UTF_8));
            // Google puts a list around it.
            JsonNode json = whole.isArray() ? whole.path(0) : whole;
            JsonNode error = json.path("error");
            return error.isObject() || error.isString() ? error : json;
        } catch (JsonSyntaxException e) {
            return Json.object(); // An error page of something in between: the status says enough.
        }
    }

    /** The status that an error would have had as an answer of its own. */
    private static int status(JsonNode error, ObjectNode around) {
        for (JsonNode field :
                new JsonNode[] {
                    error.path("status"),
                    error.path("code"),
                    around.path("status"),
                    around.path("code")
                }) {
            int number = field.asInt(0);
            if (number >= 400 && number <= 599) {
                return number;
            }
        }
        int byCode = status(text(error.path("code")));
        return byCode != UNKNOWN ? byCode : status(text(error.path("type")));
    }

    private static int status(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "invalid_request_error",
                    "invalid_request",
                    "bad_request",
                    "context_length_exceeded",
                    "content_filter",
                    "content_policy_violation",
                    "invalid_prompt",
                    "unprocessable_entity_error" ->
                    400;
            case "authentication_error", "invalid_api_key", "unauthorized" -> 401;
            case "permission_error", "permission_denied" -> 403;
            case "insufficient_credits", "billing_error" -> 402;
            case "model_not_found", "not_found_error" -> 404;
            case "rate_limit_error",
                    "rate_limit_exceeded",
                    "rate_limited",
                    "requests",
                    "tokens",
                    "insufficient_quota",
                    "too_many_requests" ->
                    429;
            default -> UNKNOWN;
        };
    }

    private static String text(JsonNode node) {
        return node.isString() || node.isNumber() ? node.asString() : "";
    }
}
