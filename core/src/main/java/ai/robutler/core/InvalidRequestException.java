package ai.robutler.core;

import java.util.Map;

/** The request is wrong, and stays wrong when repeated: 400 and its relatives. */
public final class InvalidRequestException extends ApiException {
    private final String param;
    private final Map<String, String> headers;

    private InvalidRequestException(
            int status, String code, String param, String message, Map<String, String> headers) {
        super(status, "invalid_request_error", code, message, null);
        this.param = param;
        this.headers = Map.copyOf(headers);
    }

    /** 400 that names the wrong field, {@code messages[0].role} style; "" for the whole body. */
    public static InvalidRequestException of(String param, String message) {
        return new InvalidRequestException(400, "", param, message, Map.of());
    }

    /** 400 with a code for programs. */
    public static InvalidRequestException of(String code, String param, String message) {
        return new InvalidRequestException(400, code, param, message, Map.of());
    }

    /** 404, with what was not found as its code, such as {@code model_not_found}. */
    public static InvalidRequestException notFound(String code, String param, String message) {
        return new InvalidRequestException(404, code, param, message, Map.of());
    }

    /** 405; {@code allow} lists the methods, separated by commas. */
    public static InvalidRequestException methodNotAllowed(String message, String allow) {
        return new InvalidRequestException(
                405, "method_not_allowed", "", message, Map.of("Allow", allow));
    }

    /** 413. */
    public static InvalidRequestException tooLarge(String message) {
        return new InvalidRequestException(413, "request_too_large", "", message, Map.of());
    }

    /** 415. */
    public static InvalidRequestException unsupportedMediaType(String message) {
        return new InvalidRequestException(415, "unsupported_media_type", "", message, Map.of());
    }

    @Override
    public String param() {
        return param;
    }

    @Override
    public Map<String, String> headers() {
        return headers;
    }
}
