package ai.robutler.outbound;

import org.jspecify.annotations.Nullable;

/**
 * A call to the outside that gave no answer. {@link #getMessage()} is {@link #safeMessage()};
 * {@link #detail()} and the cause are for the operator's log alone: they may name internal
 * addresses.
 */
public abstract sealed class OutboundException extends RuntimeException {
    private final String detail;
    private final boolean mayHaveArrived;

    private OutboundException(
            String message, String detail, boolean mayHaveArrived, @Nullable Throwable cause) {
        super(message, cause);
        this.detail = printable(detail);
        this.mayHaveArrived = mayHaveArrived;
    }

    /** What others sent may stand in it, and must not begin a line of the log. */
    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    /** What may be shown to anybody. */
    public String safeMessage() {
        return String.valueOf(getMessage());
    }

    /** What happened, for the log. */
    public String detail() {
        return detail;
    }

    /** Whether the other side may have seen the request: then a repetition may do it twice. */
    public boolean mayHaveArrived() {
        return mayHaveArrived;
    }

    /** The policy forbids the call, or a hop of it. */
    public static final class Refused extends OutboundException {
        private final Reason reason;

        Refused(Verdict.Refused verdict, boolean redirected) {
            super(
                    (redirected ? "the call was redirected, but " : "") + verdict.safeMessage(),
                    verdict.detail(),
                    redirected,
                    null);
            this.reason = verdict.reason();
        }

        public Reason reason() {
            return reason;
        }
    }

    /** Too many calls are under way here. */
    public static final class Busy extends OutboundException {
        Busy(String message) {
            super(message, message, false, null);
        }
    }

    /** No address, no connection, or no trust in the certificate: the request has not gone out. */
    public static final class Unreachable extends OutboundException {
        Unreachable(String message, @Nullable Throwable cause) {
            super(message, message + " (" + cause + ")", false, cause);
        }
    }

    /** A phase, or the whole call, took too long. */
    public static final class TimedOut extends OutboundException {
        TimedOut(String message, boolean mayHaveArrived) {
            super(message, message, mayHaveArrived, null);
        }
    }

    /** The answer is longer than allowed; nothing of it is given. */
    public static final class TooLarge extends OutboundException {
        TooLarge(String message) {
            super(message, message, true, null);
        }
    }

    /** The answer is not HTTP, was cut short, or leads nowhere. */
    public static final class BadAnswer extends OutboundException {
        BadAnswer(String message, @Nullable Throwable cause) {
            super(message, cause == null ? message : message + " (" + cause + ")", true, cause);
        }
    }
}
