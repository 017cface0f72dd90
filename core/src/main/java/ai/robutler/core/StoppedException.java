package ai.robutler.core;

/** Thrown by a hook or a {@link Tab} to stop the run with a status and words of its own. */
public final class StoppedException extends ApiException {

    /**
     * @param status the HTTP status, 400 to 599
     * @param code what programs read, such as {@code content_policy_violation}
     * @param message what people read
     */
    public StoppedException(int status, String code, String message) {
        super(status, status < 500 ? "invalid_request_error" : "server_error", code, message, null);
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status must be 400 to 599, not " + status);
        }
    }
}
