package ai.robutler.nli;

import ai.robutler.core.Cost;
import ai.robutler.nli.NliException.Kind;
import ai.robutler.outbound.OutboundException;

import java.time.Duration;
import java.util.OptionalLong;

/** What went wrong with a call, in words for the model that made it. */
final class Words {
    private Words() {}

    static NliException of(Target target, OutboundException e) {
        String who = target.shown();
        return switch (e) {
            case OutboundException.Refused refused ->
                    new NliException(
                            Kind.REFUSED_BY_RULE,
                            who + " may not be called: " + refused.safeMessage() + ".",
                            Duration.ZERO,
                            e);
            case OutboundException.Busy _ ->
                    new NliException(
                            Kind.BUSY,
                            who + " was not called: too many other calls are under way here.",
                            Duration.ofSeconds(1),
                            e);
            case OutboundException.Unreachable _ ->
                    new NliException(
                            Kind.UNREACHABLE, who + " cannot be reached.", Duration.ZERO, e);
            case OutboundException.TimedOut _ ->
                    new NliException(
                            Kind.TIMED_OUT, who + " did not answer in time.", Duration.ZERO, e);
            case OutboundException.TooLarge _ ->
                    new NliException(
                            Kind.FAILED, who + " answered more than is read.", Duration.ZERO, e);
            case OutboundException.BadAnswer _ ->
                    new NliException(
                            Kind.FAILED,
                            who + " broke off, or answered what is no answer.",
                            Duration.ZERO,
                            e);
        };
    }

    /**
     * @param authorized what was authorized for the call
     * @param why nothing was paid, "" if something was
     */
    static NliException of(Target target, Refusal refusal, long authorized, String why) {
        String who = target.shown();
        String says = says(refusal);
        int status = refusal.status();
        return switch (status) {
            case 401 ->
                    new NliException(
                            Kind.UNAUTHENTICATED, who + " does not know who calls (401)." + says);
            case 402 ->
                    new NliException(Kind.PAYMENT, payment(who, refusal, authorized, why) + says);
            case 403 -> new NliException(Kind.FORBIDDEN, who + " refuses this call (403)." + says);
            case 404 -> new NliException(Kind.NOT_FOUND, who + " is not there (404)." + says);
            case 408, 504 ->
                    new NliException(
                            Kind.TIMED_OUT,
                            who + " did not finish in time (" + status + ")." + says);
            case 429, 503 ->
                    new NliException(
                            Kind.BUSY, busy(who, refusal) + says, refusal.retryAfter(), null);
            case 508 ->
                    new NliException(Kind.LOOP, who + " is in this chain of calls already." + says);
            default ->
                    status >= 300 && status < 400
                            ? new NliException(
                                    Kind.REFUSED_BY_RULE,
                                    who
                                            + " points elsewhere ("
                                            + status
                                            + "); redirects are not followed.")
                            : status < 500
                                    ? new NliException(
                                            Kind.REJECTED,
                                            who
                                                    + " does not take this request ("
                                                    + status
                                                    + ")."
                                                    + says)
                                    : new NliException(
                                            Kind.FAILED, who + " failed (" + status + ")." + says);
        };
    }

    private static String says(Refusal refusal) {
        String message = refusal.text("message");
        return message.isEmpty() ? "" : " It says: \"" + message + "\"";
    }

    private static String busy(String who, Refusal refusal) {
        Duration wait = refusal.retryAfter();
        return who
                + " is busy ("
                + refusal.status()
                + ")"
                + (wait.isPositive() ? "; try again in " + wait.toSeconds() + " s." : ".");
    }

    private static String payment(String who, Refusal refusal, long authorized, String why) {
        OptionalLong required = usd(refusal, "required_usd");
        OptionalLong available = usd(refusal, "available_usd");
        var text = new StringBuilder(who).append(" wants to be paid");
        required.ifPresent(usd -> text.append(" ").append(Cost.usd(usd)).append(" USD"));
        text.append(" (402); ").append(Cost.usd(authorized)).append(" USD were authorized");
        long there = Math.min(authorized, available.orElse(authorized));
        if (available.isPresent() && available.getAsLong() < authorized) {
            text.append(", ").append(Cost.usd(available.getAsLong())).append(" USD are left");
        }
        if (required.isPresent() && required.getAsLong() > there) {
            text.append(": ")
                    .append(Cost.usd(required.getAsLong() - there))
                    .append(" USD are missing");
        }
        return text.append(".").append(why.isEmpty() ? "" : " " + why).toString();
    }

    static OptionalLong usd(Refusal refusal, String field) {
        try {
            return OptionalLong.of(Cost.nanoUsd(refusal.text(field)));
        } catch (IllegalArgumentException e) {
            return OptionalLong.empty();
        }
    }
}
