package ai.robutler.testkit;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** An error, as the provider words it. Made by {@link Reply#error}. */
public final class ErrorReply extends BaseReply<ErrorReply> {

    private final int status;
    private final String message;
    private final String type;
    private final @Nullable String param;
    private final @Nullable String code;

    private ErrorReply(
            int status,
            String message,
            String type,
            @Nullable String param,
            @Nullable String code,
            Delivery delivery) {
        super(delivery);
        this.status = Checks.status(status);
        this.message = Objects.requireNonNull(message, "message");
        this.type = type;
        this.param = param;
        this.code = code;
    }

    static ErrorReply of(int status, String message) {
        return new ErrorReply(
                status, message, usualType(status), null, usualCode(status), Delivery.PLAIN);
    }

    /** With this {@code error.type}. */
    public ErrorReply type(String other) {
        return new ErrorReply(status, message, other, param, code, delivery());
    }

    /** With this {@code error.code}; empty: null on the wire. */
    public ErrorReply code(String other) {
        return new ErrorReply(status, message, type, param, orNull(other), delivery());
    }

    /** With this {@code error.param}; empty: null on the wire. */
    public ErrorReply param(String other) {
        return new ErrorReply(status, message, type, orNull(other), code, delivery());
    }

    boolean hasUsualType() {
        return type.equals(usualType(status));
    }

    int status() {
        return status;
    }

    String message() {
        return message;
    }

    String type() {
        return type;
    }

    @Nullable String param() {
        return param;
    }

    @Nullable String code() {
        return code;
    }

    @Override
    ErrorReply by(Delivery way) {
        return new ErrorReply(status, message, type, param, code, way);
    }

    @Override
    public String toString() {
        return "error " + status + ": " + message;
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static String usualType(int status) {
        if (status == 429) {
            return "requests";
        }
        return status < 500 ? "invalid_request_error" : "server_error";
    }

    private static @Nullable String usualCode(int status) {
        return switch (status) {
            case 401 -> "invalid_api_key";
            case 404 -> "model_not_found";
            case 429 -> "rate_limit_exceeded";
            default -> null;
        };
    }
}
