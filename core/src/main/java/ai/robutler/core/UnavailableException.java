package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** Something that this server needs is away for a while: 503. */
public final class UnavailableException extends ApiException {
    private final Duration retryAfter;

    public UnavailableException(String message, Duration retryAfter, @Nullable Throwable cause) {
        super(503, "server_error", "unavailable", message, cause);
        this.retryAfter = retryAfter;
    }

    @Override
    public Duration retryAfter() {
        return retryAfter;
    }
}
