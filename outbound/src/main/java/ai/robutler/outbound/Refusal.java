package ai.robutler.outbound;

/** A refusal on its way to the {@link Verdict}. */
final class Refusal extends Exception {
    private final Reason reason;

    Refusal(Reason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    Verdict.Refused verdict() {
        return new Verdict.Refused(reason, String.valueOf(getMessage()));
    }
}
