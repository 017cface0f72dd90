package ai.robutler.payments;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Billing;
import ai.robutler.core.Invocation;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.core.PaymentRequiredException.Reason;
import ai.robutler.core.RunContext;
import ai.robutler.core.Tab;

import java.util.Optional;
import java.util.OptionalLong;

/** Opens the tabs of an agent's runs: whoever calls shows first how it pays. */
final class RunBilling implements Billing {
    private final BillTerms terms;
    private final BillTerms x402Terms;
    private final Optional<X402> x402;

    /**
     * @param x402Terms the same, but for the ledger that x402 is written to
     */
    RunBilling(BillTerms terms, BillTerms x402Terms, Optional<X402> x402) {
        this.terms = terms;
        this.x402Terms = x402Terms;
        this.x402 = x402;
    }

    @Override
    public OptionalLong requestNanoUsd() {
        return OptionalLong.of(terms.price().requestNanoUsd());
    }

    @Override
    public Tab open(RunContext context, Invocation invocation) {
        return invocation.tab() instanceof RunTab outer
                ? handedOver(context, invocation, outer)
                : paidFor(context, invocation);
    }

    /** A run that was handed over goes on with the same payer. */
    private RunTab handedOver(RunContext context, Invocation invocation, RunTab from) {
        from.begin();
        Payer outer = from.payer();
        var _ = spender(context, outer.token());
        var payer =
                new Payer(
                        outer.token(),
                        outer.isPart(),
                        outer.account(),
                        outer.run(),
                        terms.settings()
                                .budgets()
                                .limits(
                                        context.caller(),
                                        context.agent().name(),
                                        outer.account(),
                                        outer.run()));
        return new RunTab(terms, context, invocation.listener(), payer, Optional.empty());
    }

    private RunTab paidFor(RunContext context, Invocation invocation) {
        PaymentDemand demand = terms.demand(context.agent());
        return switch (PaymentHeaders.read(invocation.headers())) {
            case PaymentHeaders.Given.Nothing _ ->
                    throw demand.refuse(
                            Reason.PAYMENT_TOKEN_REQUIRED,
                            "This agent wants to be paid: send a payment token as "
                                    + PaymentHeaders.TOKEN
                                    + ", or pay in another way that 'accepts' tells.");
            case PaymentHeaders.Given.Wrong wrong ->
                    throw demand.refuse(Reason.PAYMENT_TOKEN_INVALID, wrong.why());
            case PaymentHeaders.Given.Token token -> byToken(context, invocation, token.text());
            case PaymentHeaders.Given.Signature signature ->
                    byX402(context, invocation, signature.base64());
        };
    }

    private RunTab byToken(RunContext context, Invocation invocation, String token) {
        Payer payer = payer(context, token, spender(context, token));
        return new RunTab(terms, context, invocation.listener(), payer, Optional.empty());
    }

    private RunTab byX402(RunContext context, Invocation invocation, String base64) {
        X402 taker =
                x402.orElseThrow(
                        () ->
                                terms.demand(context.agent())
                                        .refuse(
                                                Reason.PAYMENT_TOKEN_INVALID,
                                                "This server takes payment tokens only, in the"
                                                        + " header "
                                                        + PaymentHeaders.TOKEN
                                                        + "."));
        X402Payment payment = taker.take(x402Terms, context, base64);
        var spender = new Ledger.Spender(X402Books.ACCOUNT, false);
        Payer payer = payer(context, payment.token(), spender);
        return new RunTab(x402Terms, context, invocation.listener(), payer, Optional.of(payment));
    }

    private Payer payer(RunContext context, String token, Ledger.Spender spender) {
        String run = RunHolds.name();
        return new Payer(
                token,
                spender.isPart(),
                spender.account(),
                run,
                terms.settings()
                        .budgets()
                        .limits(context.caller(), context.agent().name(), spender.account(), run));
    }

    /** Refuses what is clearly no token for this agent; the first hold tells the rest. */
    private Ledger.Spender spender(RunContext context, String token) {
        try {
            return terms.ledger().spender(token, context.agent().name());
        } catch (PaymentRequiredException e) {
            throw terms.demand(context.agent()).refuse(e.reason(), String.valueOf(e.getMessage()));
        } catch (AuthenticationException e) {
            throw terms.demand(context.agent())
                    .refuse(Reason.PAYMENT_TOKEN_INVALID, String.valueOf(e.getMessage()));
        }
    }
}
