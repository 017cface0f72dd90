package ai.robutler.mcp;

import ai.robutler.core.ApiException;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Map;

/**
 * What a client is told instead of a result. Its message is safe to send.
 *
 * <p>Source of the codes: JSON-RPC 2.0; Model Context Protocol 2026-07-28, "Error codes".
 */
final class ServedError extends RuntimeException {
    static final int PARSE = -32700;
    static final int INVALID_REQUEST = -32600;
    static final int METHOD_NOT_FOUND = -32601;
    static final int INVALID_PARAMS = -32602;
    static final int INTERNAL = -32603;

    /** A resource that is not there, until 2025-11-25. */
    static final int RESOURCE_NOT_FOUND = -32002;

    static final int HEADER_MISMATCH = -32020;
    static final int MISSING_CAPABILITY = -32021;
    static final int UNSUPPORTED_VERSION = -32022;

    private final int status;
    private final int code;
    private final transient JsonNode data;
    private final transient Map<String, String> headers;

    private ServedError(
            int status, int code, String message, JsonNode data, Map<String, String> headers) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.data = data;
        this.headers = Map.copyOf(headers);
    }

    /** An error that is an answer like others: HTTP's 200. */
    static ServedError of(int code, String message) {
        return new ServedError(200, code, message, MissingNode.getInstance(), Map.of());
    }

    static ServedError invalidParams(String message) {
        return of(INVALID_PARAMS, message);
    }

    /** The HTTP request is refused. */
    static ServedError http(int status, int code, String message) {
        return new ServedError(status, code, message, MissingNode.getInstance(), Map.of());
    }

    /** What stopped the work, with HTTP's body as the data. */
    static ServedError of(ApiException failure) {
        int code =
                switch (failure) {
                    case InvalidRequestException _ -> INVALID_PARAMS;
                    case ApiException other when other.status() == 500 -> INTERNAL;
                    // Outside of what JSON-RPC reserves, as the protocol asks of new codes.
                    case ApiException other -> other.status();
                };
        return new ServedError(
                200, code, String.valueOf(failure.getMessage()), body(failure), Map.of());
    }

    /** The same that HTTP's answer would have as its body. */
    static ObjectNode body(ApiException failure) {
        ObjectNode error =
                Json.object()
                        .put("message", failure.getMessage())
                        .put("type", failure.type())
                        .put("param", failure.param().isEmpty() ? null : failure.param())
                        .put("code", failure.code().isEmpty() ? null : failure.code());
        error.setAll(failure.details());
        if (failure.retryAfter().isPositive()) {
            error.put("retry_after_ms", failure.retryAfter().toMillis());
        }
        ObjectNode body = Json.object();
        body.set("error", error);
        return body.setAll(failure.body());
    }

    ServedError with(JsonNode data) {
        return new ServedError(status, code, String.valueOf(getMessage()), data, headers);
    }

    ServedError withHeaders(Map<String, String> headers) {
        return new ServedError(status, code, String.valueOf(getMessage()), data, headers);
    }

    ServedError withStatus(int status) {
        return new ServedError(status, code, String.valueOf(getMessage()), data, headers);
    }

    /** HTTP's status, where the head has not been sent yet. */
    int status() {
        return status;
    }

    int code() {
        return code;
    }

    Map<String, String> headers() {
        return headers;
    }

    /**
     * The message on the wire.
     *
     * @param id of the request, missing where it has none that could be read
     */
    ObjectNode json(JsonNode id) {
        ObjectNode error = Json.object().put("code", code).put("message", getMessage());
        if (!data.isMissingNode()) {
            error.set("data", data);
        }
        ObjectNode json = Json.object().put("jsonrpc", "2.0");
        if (!id.isMissingNode()) {
            json.set("id", id);
        }
        json.set("error", error);
        return json;
    }
}
