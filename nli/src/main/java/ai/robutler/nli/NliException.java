package ai.robutler.nli;

import ai.robutler.core.ApiException;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.core.StoppedException;
import ai.robutler.core.UnavailableException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** An agent was not called, or gave no answer. The message says why, for models and people. */
public final class NliException extends RuntimeException {

    /** What kept the answer away. */
    public enum Kind {
        /** A rule of this server's, or of the calling agent's. */
        REFUSED_BY_RULE,
        /** The agent is in the chain of calls already. */
        LOOP,
        /** Too many agents have called one another. */
        TOO_DEEP,
        /** This run has called as many agents as it may. */
        TOO_MANY,
        NOT_FOUND,
        /** It wants more money than there is for it. */
        PAYMENT,
        /** It does not know who calls. */
        UNAUTHENTICATED,
        /** It knows, and refuses. */
        FORBIDDEN,
        BUSY,
        TIMED_OUT,
        UNREACHABLE,
        /** It has failed too often lately, and was not called. */
        RESTING,
        /** It was asked in a way that it does not take. */
        REJECTED,
        FAILED;

        /** Whether it tells against the other agent's health. */
        boolean isFault() {
            return this == TIMED_OUT || this == UNREACHABLE || this == FAILED;
        }
    }

    private final Kind kind;
    private final Duration retryAfter;

    NliException(Kind kind, String message) {
        this(kind, message, Duration.ZERO, null);
    }

    NliException(Kind kind, String message, Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    public Kind kind() {
        return kind;
    }

    /** When to come back; zero where nobody knows. */
    public Duration retryAfter() {
        return retryAfter;
    }

    String text() {
        return String.valueOf(getMessage());
    }

    /** The same for a caller whose conversation was handed over: never as the caller's failure. */
    ApiException toApi() {
        return switch (kind) {
            case PAYMENT ->
                    new PaymentRequiredException(
                            PaymentRequiredException.Reason.INSUFFICIENT_BALANCE, text());
            case BUSY, RESTING -> new UnavailableException(text(), retryAfter, this);
            case TIMED_OUT -> new StoppedException(504, "agent_timeout", text());
            case LOOP, TOO_DEEP -> new StoppedException(508, "agent_loop", text());
            case REFUSED_BY_RULE,
                    TOO_MANY,
                    NOT_FOUND,
                    UNAUTHENTICATED,
                    FORBIDDEN,
                    UNREACHABLE,
                    REJECTED,
                    FAILED ->
                    new StoppedException(502, "agent_failed", text());
        };
    }
}
