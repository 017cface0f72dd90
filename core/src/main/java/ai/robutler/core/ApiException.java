package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.Map;

/**
 * A failure with an answer for the caller. {@link #getMessage()} is safe to send; a cause is only
 * ever logged. Whether a repetition can help is the type: see {@link ProviderException}.
 *
 * <p>Source of the wire format: OpenAI, "Error codes".
 */
public abstract sealed class ApiException extends RuntimeException
        permits InvalidRequestException,
                AuthenticationException,
                PermissionException,
                PaymentRequiredException,
                ConflictException,
                RateLimitException,
                ProviderException,
                UnavailableException,
                InternalException,
                StoppedException {
    private final int status;
    private final String type;
    private final String code;

    ApiException(int status, String type, String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.type = type;
        this.code = code;
    }

    /** The HTTP status, 400 to 599. */
    public int status() {
        return status;
    }

    /** The family of the error, such as {@code invalid_request_error}. */
    public String type() {
        return type;
    }

    /** What went wrong, for programs; "" where the type says it all. */
    public String code() {
        return code;
    }

    /** The field of the request that is wrong, "" where none is. */
    public String param() {
        return "";
    }

    /** When to come back; zero where nobody knows. */
    public Duration retryAfter() {
        return Duration.ZERO;
    }

    /** Further response headers, such as {@code Allow} or {@code WWW-Authenticate}. */
    public Map<String, String> headers() {
        return Map.of();
    }

    /** Further properties of the error for programs. */
    public ObjectNode details() {
        return Json.object();
    }

    /** Further properties beside the error. */
    public ObjectNode body() {
        return Json.object();
    }
}
