package ai.robutler.core;

/** The caller is known, and may not: 403. */
public final class PermissionException extends ApiException {
    public PermissionException(String message) {
        super(403, "permission_error", "insufficient_scope", message, null);
    }
}
