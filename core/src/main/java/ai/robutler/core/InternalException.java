package ai.robutler.core;

/** A fault of this server or of a skill: 500. What it was is in the log, under the request's id. */
public final class InternalException extends ApiException {
    public InternalException(Throwable cause) {
        super(
                500,
                "server_error",
                "internal_error",
                "The server had an error. Its log tells more under this request's id.",
                cause);
    }
}
