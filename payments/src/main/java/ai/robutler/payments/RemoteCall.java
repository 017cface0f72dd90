package ai.robutler.payments;

import ai.robutler.core.ApiException;
import ai.robutler.core.CancelledException;
import ai.robutler.core.ConflictException;
import ai.robutler.core.Deadline;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.core.PaymentRequiredException.Reason;
import ai.robutler.core.UnavailableException;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundException;
import ai.robutler.outbound.OutboundRequest;
import ai.robutler.outbound.OutboundResponse;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Calls of a payments API, repeated until they are answered or their time is over.
 *
 * @param base the URL of the API
 * @param bound how long one call may take in all
 */
record RemoteCall(OutboundClient client, String base, String key, Duration bound) {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteCall.class);
    private static final Duration ATTEMPT = Duration.ofSeconds(5);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final long FIRST_PAUSE = 50;
    private static final long LONGEST_PAUSE = 2_000;
    private static final int LARGEST = 4 << 20;

    JsonNode get(String path) {
        return answer(request("GET", path));
    }

    JsonNode post(String path, String id, ObjectNode body) {
        return send("POST", path, id, body);
    }

    JsonNode send(String method, String path, String id, ObjectNode body) {
        OutboundRequest request =
                request(method, path)
                        .header("Content-Type", "application/json")
                        .body(Json.writeBytes(body));
        return answer(id.isEmpty() ? request : request.header("Idempotency-Key", id));
    }

    private OutboundRequest request(String method, String path) {
        return OutboundRequest.of(method, base + path)
                .header("Authorization", "Bearer " + key)
                .header("Accept", "application/json")
                .atMost(LARGEST);
    }

    private JsonNode answer(OutboundRequest request) {
        Deadline deadline = Deadline.after(bound);
        for (int attempt = 1; ; attempt++) {
            UnavailableException failure;
            try {
                Duration left = min(ATTEMPT, deadline.remaining());
                OutboundResponse response = client.call(request.within(left), deadline);
                if (response.ok()) {
                    return Json.parseObject(response.body());
                }
                failure = refused(response);
            } catch (OutboundException e) {
                LOG.warn("The payment platform gave no answer: {}", e.detail());
                failure = unavailable("The payment platform does not answer.", e);
            } catch (JsonSyntaxException e) {
                failure = unavailable("The payment platform's answer is not JSON.", e);
            }
            pause(attempt, deadline, failure);
        }
    }

    /** What may be different another time is returned, everything else is thrown. */
    private static UnavailableException refused(OutboundResponse response) {
        int status = response.status();
        JsonNode error = error(response);
        String message = Terms.words(error.path("message").asString(""));
        String code = error.path("code").asString("");
        String param = error.path("param").asString("");
        return switch (status) {
            case 400 -> throw InvalidRequestException.of(code, param, message);
            case 402 -> throw paymentRequired(code, message, error);
            case 404 -> {
                if (code.endsWith("_not_found") && !code.equals("not_found")) {
                    throw InvalidRequestException.notFound(code, param, message);
                }
                throw misconfigured("has no payments API at this URL");
            }
            case 409 -> throw new ConflictException(code, message);
            case 401, 403 -> throw misconfigured("refuses this server's API key");
            case 408, 425, 429, 500, 502, 503, 504 ->
                    unavailable("The payment platform is not able to answer now.", null);
            default -> throw misconfigured("answered with the status " + status);
        };
    }

    private static JsonNode error(OutboundResponse response) {
        try {
            return Json.parseObject(new String(response.body(), StandardCharsets.UTF_8))
                    .path("error");
        } catch (JsonSyntaxException e) {
            return Json.object();
        }
    }

    private static ApiException paymentRequired(String code, String message, JsonNode error) {
        ObjectNode details = Json.object();
        for (String name : new String[] {"required", "available"}) {
            if (error.path(name).isString()) {
                details.set(name, error.path(name));
            }
        }
        for (Reason reason : Reason.values()) {
            if (reason.name().toLowerCase(Locale.ROOT).equals(code)) {
                return new PaymentRequiredException(
                        reason, message, details, Json.object(), Map.of());
            }
        }
        return misconfigured("answered with a code that is not known here");
    }

    /** For the operator to mend: no repetition helps, and it is nothing of the caller's. */
    private static UnavailableException misconfigured(String what) {
        LOG.error("The payment platform {}; look at ROBUTLER_API_URL and ROBUTLER_API_KEY.", what);
        return new UnavailableException(
                "The payment platform " + what + ".", Duration.ofSeconds(30), null);
    }

    private static UnavailableException unavailable(String words, @Nullable Throwable cause) {
        return new UnavailableException(words + " Try again later.", RETRY_AFTER, cause);
    }

    /** Exponential, with jitter; throws if the time is over. */
    private static void pause(int attempt, Deadline deadline, UnavailableException failure) {
        long most = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(attempt, 10));
        Duration pause = Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most));
        if (deadline.remaining().compareTo(pause) <= 0) {
            throw failure;
        }
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while waiting for the payment platform");
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "RemoteCall[" + base + "]";
    }
}
