package ai.robutler.core;

/** The same name was given to two different things, such as two bodies of one request: 409. */
public final class ConflictException extends ApiException {
    public ConflictException(String code, String message) {
        super(409, "invalid_request_error", code, message, null);
    }
}
