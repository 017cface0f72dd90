package ai.robutler.server;

import ai.robutler.core.ApiException;
import ai.robutler.core.InternalException;
import ai.robutler.core.Json;

import org.slf4j.Logger;

import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.LinkedHashMap;

/** The one place where failures become answers. Source of the format: OpenAI, "Error codes". */
final class Errors {
    private Errors() {}

    /** What is told to the client, whatever was thrown. */
    static ApiException known(Throwable thrown) {
        return thrown instanceof ApiException known ? known : new InternalException(thrown);
    }

    /** The log gets what the client does not: causes, and all of what nobody foresaw. */
    static void log(Logger log, String requestId, Throwable thrown) {
        switch (thrown) {
            case InternalException e -> log.error("request {} failed", requestId, e.getCause());
            case ApiException e when e.getCause() != null ->
                    log.warn("request {}: {}", requestId, e.getMessage(), e.getCause());
            case ApiException e -> log.debug("request {}: {}", requestId, e.getMessage());
            default -> log.error("request {} failed", requestId, thrown);
        }
    }

    static Reply reply(ApiException failure) {
        var headers = new LinkedHashMap<>(failure.headers());
        if (failure.retryAfter().isPositive()) {
            headers.put("Retry-After", Long.toString(wholeSeconds(failure.retryAfter())));
        }
        byte[] body = Json.writeBytes(json(failure));
        return new Reply(failure.status(), "application/json", body, headers);
    }

    private static long wholeSeconds(Duration duration) {
        return duration.plusNanos(999_999_999).toSeconds();
    }

    static ObjectNode json(ApiException failure) {
        ObjectNode json =
                json(
                        String.valueOf(failure.getMessage()),
                        failure.type(),
                        failure.param(),
                        failure.code());
        json.withObject("/error").setAll(failure.details());
        return json.setAll(failure.body());
    }

    /** An error of the protocol below, before there is a request that could throw. */
    static Reply protocol(int status, String code, String message) {
        return Reply.json(status, json(message, "invalid_request_error", "", code));
    }

    private static ObjectNode json(String message, String type, String param, String code) {
        ObjectNode error = Json.object().put("message", message).put("type", type);
        error.put("param", param.isEmpty() ? null : param);
        error.put("code", code.isEmpty() ? null : code);
        ObjectNode json = Json.object();
        json.set("error", error);
        return json;
    }
}
