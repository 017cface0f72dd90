package ai.robutler.core;

import java.util.Map;

/** Nobody knows who calls: 401. */
public final class AuthenticationException extends ApiException {
    private static final String CHALLENGE = "Bearer realm=\"robutler\"";
    private static final String INVALID_TOKEN = "invalid_token";

    public AuthenticationException(String code, String message) {
        super(401, "authentication_error", code, message, null);
    }

    /**
     * There are credentials, and they are not good: {@code invalid_token} in the sense of RFC 6750,
     * which is told in the challenge, too.
     *
     * @param message why, without any part of the credentials
     */
    public static AuthenticationException invalidToken(String message) {
        return new AuthenticationException(INVALID_TOKEN, message);
    }

    @Override
    public Map<String, String> headers() {
        return Map.of(
                "WWW-Authenticate",
                code().equals(INVALID_TOKEN)
                        ? CHALLENGE + ", error=\"" + INVALID_TOKEN + "\""
                        : CHALLENGE);
    }
}
