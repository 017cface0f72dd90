package ai.robutler.nli;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.nli.NliException.Kind;
import ai.robutler.nli.NliSettings.Payment;
import ai.robutler.outbound.OutboundException;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;

/** One call of another agent, with what may be tried again of it. For one thread. */
final class FarCall {
    /** A busy agent that says so is asked once more, if it is soon. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private static final Duration UNREACHED = Duration.ofMillis(200);

    private final Target target;
    private final Envelope envelope;
    private final Purse purse;
    private final Payment payment;
    private final Deadline deadline;
    private final Breaker breaker;
    private boolean askedAgain;
    private boolean paidAgain;
    private boolean over;

    FarCall(
            Target target,
            Envelope envelope,
            Purse purse,
            Payment payment,
            Deadline deadline,
            Breaker breaker) {
        this.target = target;
        this.envelope = envelope;
        this.purse = purse;
        this.payment = payment;
        this.deadline = deadline;
        this.breaker = breaker;
    }

    Target target() {
        return target;
    }

    Deadline deadline() {
        return deadline;
    }

    OptionalLong charged() {
        return purse.charged();
    }

    boolean hasPaid() {
        return !purse.isUntouched();
    }

    /**
     * Sends, and once more where that is safe: the request has not arrived, was turned away at the
     * door, or has to be paid for.
     *
     * @throws Refusal as the other side says
     * @throws OutboundException if it says nothing
     */
    <T> T send(Function<Map<String, String>, T> way) {
        Optional<String> token = payment == Payment.UPFRONT ? purse.token() : Optional.empty();
        while (true) {
            try {
                return way.apply(envelope.headers(target, token, deadline));
            } catch (Refusal refusal) {
                if (refusal.status() == 402 && mayPay(refusal)) {
                    paidAgain = true;
                    token = purse.token();
                    if (token.isPresent()) {
                        continue;
                    }
                }
                if (!refusal.isBusy() || !mayAskAgain(refusal.retryAfter())) {
                    throw refusal;
                }
            } catch (OutboundException e) {
                boolean unseen = e instanceof OutboundException.Unreachable && !e.mayHaveArrived();
                if (!unseen || !mayAskAgain(UNREACHED)) {
                    throw e;
                }
            }
        }
    }

    /** Whether what it wants is within what was authorized, and was not tried before. */
    private boolean mayPay(Refusal refusal) {
        OptionalLong required = Words.usd(refusal, "required_usd");
        boolean affordable = required.isEmpty() || required.getAsLong() <= purse.authorized();
        boolean sensible = purse.isUntouched() || required.isPresent();
        return !paidAgain && affordable && sensible;
    }

    /** Waits as long as the other side says, if that is not long. */
    private boolean mayAskAgain(Duration wait) {
        if (askedAgain || !wait.isPositive() || wait.compareTo(SOON) > 0) {
            return false;
        }
        if (deadline.remaining().compareTo(wait.multipliedBy(2)) < 0) {
            return false;
        }
        askedAgain = true;
        try {
            Thread.sleep(wait);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while another agent was busy");
        }
    }

    /** A part of the call; what goes wrong comes out in words, and the breaker is told. */
    <T> T part(Supplier<T> body) {
        boolean well = false;
        try {
            T result = body.get();
            well = true;
            return result;
        } catch (Refusal refusal) {
            NliException failure = Words.of(target, refusal, purse.authorized(), purse.why());
            end(failure.kind().isFault() ? Breaker.Outcome.FAULT : Breaker.Outcome.ANSWERED);
            throw failure;
        } catch (OutboundException e) {
            NliException failure = Words.of(target, e);
            end(failure.kind().isFault() ? Breaker.Outcome.FAULT : Breaker.Outcome.NEITHER);
            throw failure;
        } finally {
            if (!well) {
                end(Breaker.Outcome.NEITHER);
            }
        }
    }

    /** The call is over; its first end counts. */
    void end(Breaker.Outcome outcome) {
        if (!over) {
            over = true;
            breaker.end(outcome);
        }
    }

    static NliException resting(Target target, Duration rest) {
        return new NliException(
                Kind.RESTING,
                "%s has failed too often and is given a rest; try again in %d s."
                        .formatted(target.shown(), Math.max(1, rest.toSeconds())),
                rest,
                null);
    }
}
