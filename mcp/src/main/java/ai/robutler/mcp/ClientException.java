package ai.robutler.mcp;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

/**
 * Why a server gave no result. The message may be shown to the model and to the operator: it holds
 * no secret, and what the server said only within bounds.
 */
abstract sealed class ClientException extends RuntimeException {
    private static final int MOST_WORDS = 1_000;

    private ClientException(String message, @Nullable Throwable cause) {
        super(bounded(message), cause);
    }

    /** On one line and not too long, so that it can stand in a log. */
    static String bounded(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= MOST_WORDS ? line : line.substring(0, MOST_WORDS) + " …";
    }

    String words() {
        return String.valueOf(getMessage());
    }

    /** There is no connection, or it ended. */
    static final class Lost extends ClientException {
        Lost(String message) {
            super(message, null);
        }

        Lost(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** No answer in time. */
    static final class TimedOut extends ClientException {
        TimedOut(String message) {
            super(message, null);
        }
    }

    /** The server has forgotten the session: it did nothing with the request. */
    static final class SessionGone extends ClientException {
        SessionGone() {
            super("the server has forgotten the session", null);
        }
    }

    /** The address must not be called, or the server does not let us in. */
    static final class Denied extends ClientException {
        Denied(String message) {
            super(message, null);
        }
    }

    /** What came is not what the protocol says. */
    static final class Malformed extends ClientException {
        Malformed(String message) {
            super(message, null);
        }
    }

    /** An HTTP status that says nothing in the protocol's own words. */
    static final class Unsupported extends ClientException {
        private final int status;

        Unsupported(int status) {
            super("the server answered with status " + status, null);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /** The server's own error. */
    static final class Failed extends ClientException {
        private final int code;
        private final transient JsonNode data;

        Failed(ClientMessage.Failure failure) {
            super(failure.message(), null);
            this.code = failure.code();
            this.data = failure.data();
        }

        int code() {
            return code;
        }

        JsonNode data() {
            return data;
        }
    }
}
