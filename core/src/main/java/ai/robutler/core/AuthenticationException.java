package ai.robutler.core;

import java.util.Map;

/** Nobody knows who calls: 401. */
public final class AuthenticationException extends ApiException {
    public AuthenticationException(String code, String message) {
        super(401, "authentication_error", code, message, null);
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("WWW-Authenticate", "Bearer realm=\"robutler\"");
    }
}
