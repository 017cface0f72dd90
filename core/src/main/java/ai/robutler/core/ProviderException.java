package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * A model provider failed. Its failure is never shown as the client's: the status here is the one
 * for our client, and the message holds nothing that only the operator should read.
 */
public abstract sealed class ProviderException extends ApiException {
    private final Duration retryAfter;

    private ProviderException(
            int status,
            String type,
            String code,
            String message,
            Duration retryAfter,
            @Nullable Throwable cause) {
        super(status, type, code, message, cause);
        this.retryAfter = retryAfter;
    }

    @Override
    public Duration retryAfter() {
        return retryAfter;
    }

    /**
     * The same call may succeed later or elsewhere: 408, 409, 425, 429, 5xx, lost connections,
     * time-outs.
     */
    public static final class Transient extends ProviderException {
        private final boolean fault;

        private Transient(
                int status,
                String type,
                String code,
                String message,
                Duration retryAfter,
                boolean fault,
                @Nullable Throwable cause) {
            super(status, type, code, message, retryAfter, cause);
            this.fault = fault;
        }

        /**
         * Whether it tells against the provider's health. A limit of the rate does not, nor a call
         * that met another one or came too early.
         */
        public boolean isFault() {
            return fault;
        }
    }

    /** The same call fails again: a refused key, a rejected request, an answer that is none. */
    public static final class Permanent extends ProviderException {
        private final String param;

        private Permanent(int status, String type, String code, String param, String message) {
            super(status, type, code, message, Duration.ZERO, null);
            this.param = param;
        }

        @Override
        public String param() {
            return param;
        }
    }

    /**
     * The call was not tried, because the provider has failed too often lately. It may succeed
     * elsewhere, or here after {@link #retryAfter}.
     */
    public static final class Unavailable extends ProviderException {
        private Unavailable(String message, Duration retryAfter) {
            super(503, "provider_error", "provider_unavailable", message, retryAfter, null);
        }
    }

    /** 503: not tried, because too many calls have failed; with the time of the next trial. */
    public static Unavailable unavailable(String provider, Duration retryAfter) {
        return new Unavailable(
                "The model provider "
                        + provider
                        + " has failed too often and is given a rest. Try again later.",
                retryAfter);
    }

    /** 429: the provider's limit, with its own advice on when to come back. */
    public static Transient rateLimited(String provider, Duration retryAfter) {
        return new Transient(
                429,
                "rate_limit_error",
                "rate_limit_exceeded",
                "The model provider " + provider + " limits the rate of calls. Try again later.",
                retryAfter,
                false,
                null);
    }

    /** 502: the call met another one (409), or came too early (425). */
    public static Transient untimely(String provider, String what, Duration retryAfter) {
        return new Transient(
                502,
                "provider_error",
                "provider_error",
                "The model provider " + provider + " " + what + ".",
                retryAfter,
                false,
                null);
    }

    /** 502: an error of the provider's own, or a connection that failed or was cut. */
    public static Transient failed(String provider, String what, @Nullable Throwable cause) {
        return failed(provider, what, Duration.ZERO, cause);
    }

    /** 502, with the provider's own advice on when to come back; zero if it gave none. */
    public static Transient failed(
            String provider, String what, Duration retryAfter, @Nullable Throwable cause) {
        return new Transient(
                502,
                "provider_error",
                "provider_error",
                "The model provider " + provider + " " + what + ".",
                retryAfter,
                true,
                cause);
    }

    /** 504: no answer in time. */
    public static Transient timedOut(String provider, String what) {
        return new Transient(
                504,
                "provider_error",
                "provider_timeout",
                "The model provider " + provider + " " + what + ".",
                Duration.ZERO,
                true,
                null);
    }

    /**
     * 502: the provider refuses this server, not its client: a wrong key, no right to the model.
     */
    public static Permanent refused(String provider, String what) {
        return new Permanent(
                502,
                "provider_error",
                "provider_error",
                "",
                "The model provider " + provider + " " + what + ".");
    }

    /** 400: the provider rejects the request itself; its words help who wrote the request. */
    public static Permanent rejected(String message, String code, String param) {
        return new Permanent(400, "invalid_request_error", code, param, message);
    }
}
