package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** Too much, too fast, here or at the provider: 429. */
public final class RateLimitException extends ApiException {
    private final Duration retryAfter;

    public RateLimitException(String message, Duration retryAfter) {
        this(message, retryAfter, null);
    }

    public RateLimitException(String message, Duration retryAfter, @Nullable Throwable cause) {
        super(429, "rate_limit_error", "rate_limit_exceeded", message, cause);
        this.retryAfter = retryAfter;
    }

    @Override
    public Duration retryAfter() {
        return retryAfter;
    }
}
