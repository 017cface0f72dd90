package ai.robutler.payments;

import ai.robutler.core.ConflictException;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.core.PaymentRequiredException.Reason;
import ai.robutler.core.RunContext;
import ai.robutler.payments.Facilitator.Verification;

import java.time.Duration;
import java.util.List;

/**
 * Takes payments by x402. A payment is good for one run: the ledger knows each that was used, on
 * every node.
 */
final class X402 {
    /** How long a run may take with all that belongs to it. */
    private static final Duration TOKEN_LIFETIME = Duration.ofDays(1);

    private final X402Settings settings;
    private final Facilitator facilitator;
    private final X402Books books;

    X402(X402Settings settings, Facilitator facilitator, X402Books books) {
        this.settings = settings;
        this.facilitator = facilitator;
        this.books = books;
    }

    /**
     * Takes what pays for a run; nothing has moved on its network yet.
     *
     * @throws ai.robutler.core.InvalidRequestException if it is no payment (400)
     * @throws PaymentRequiredException if it is not what was offered, not good, or was used
     */
    X402Payment take(BillTerms terms, RunContext context, String base64) {
        X402Payload payload = X402Payload.read(base64);
        PaymentDemand demand = terms.demand(context.agent());
        PaymentOffer offer =
                payload.meant(terms.offers().byX402(terms.price()))
                        .orElseThrow(
                                () ->
                                        demand.refuse(
                                                Reason.PAYMENT_TOKEN_INVALID,
                                                "The payment is not one that this agent accepts"
                                                        + " now; see 'accepts'."));
        Verification verified = facilitator.verify(payload, offer);
        if (!verified.isValid()) {
            throw demand.refuse(
                    reason(verified.reason()),
                    "The facilitator says that the payment is not good: "
                            + verified.reason()
                            + ".");
        }
        return claim(terms, context, payload, offer, demand);
    }

    static Reason reason(String code) {
        return code.contains("insufficient_funds") || code.contains("insufficient_balance")
                ? Reason.INSUFFICIENT_BALANCE
                : Reason.PAYMENT_TOKEN_INVALID;
    }

    private X402Payment claim(
            BillTerms terms,
            RunContext context,
            X402Payload payload,
            PaymentOffer offer,
            PaymentDemand demand) {
        String payment = "x402:" + payload.fingerprint();
        String run = RunHolds.name();
        long worth = settings.asset().nanoUsd(offer.amount());
        String token = books.token("x402:" + run, worth, TOKEN_LIFETIME);
        Ledger ledger = terms.ledger();
        String agent = context.agent().name();
        try {
            // The hold's name is the payment's: of all runs that bring it, one gets the hold. The
            // token in it is this run's alone, so that no other looks like its repetition.
            ledger.lock(
                    new Ledger.Lock(
                            payment,
                            token,
                            agent,
                            0,
                            terms.holdLifetime(),
                            List.of(),
                            context.requestId()));
        } catch (ConflictException _) {
            throw demand.refuse(
                    Reason.PAYMENT_TOKEN_INVALID,
                    "This payment has been used; each is good for one request.");
        }
        terms.unwritten().write(OpenHold.freeing(ledger, payment));
        books.credit("x402-in:" + run, worth, payment + " of request " + context.requestId());
        return new X402Payment(
                terms, context, facilitator, settings.asset(), payload, offer, token, payment);
    }
}
