package ai.robutler.payments;

import ai.robutler.core.Cost;
import ai.robutler.core.Json;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.core.RunContext;
import ai.robutler.payments.Facilitator.SettlementResult;
import ai.robutler.payments.Ledger.Share;
import ai.robutler.payments.UnwrittenCharges.Ending;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A payment by x402 that pays for one run: in the ledger at once, on its network when the answer
 * goes out. For the run's thread.
 *
 * <p>{@code exact} is settled before the first byte of the answer. So is {@code upto} where the
 * answer goes out whole, for what the run has cost; where it is streamed, {@code upto} is settled
 * after the last byte, when the cost is known.
 */
final class X402Payment {
    private static final Logger LOG = LoggerFactory.getLogger(X402Payment.class);

    private enum State {
        OPEN,
        SETTLED,
        FAILED
    }

    private final BillTerms terms;
    private final RunContext context;
    private final Facilitator facilitator;
    private final X402Asset asset;
    private final X402Payload payload;
    private final PaymentOffer offer;
    private final String token;
    private final String payment;
    private State state = State.OPEN;
    private String settledUnits = "0";

    /**
     * @param token spends it in the ledger
     * @param payment names it
     */
    X402Payment(
            BillTerms terms,
            RunContext context,
            Facilitator facilitator,
            X402Asset asset,
            X402Payload payload,
            PaymentOffer offer,
            String token,
            String payment) {
        this.terms = terms;
        this.context = context;
        this.facilitator = facilitator;
        this.asset = asset;
        this.payload = payload;
        this.offer = offer;
        this.token = token;
        this.payment = payment;
    }

    String token() {
        return token;
    }

    boolean isExact() {
        return offer.scheme().equals(X402Settings.EXACT);
    }

    /**
     * The answer goes out now: it must be paid for.
     *
     * @param request what is held for the request and not charged yet
     * @throws PaymentRequiredException if it is not
     */
    void beforeAnswer(Optional<OpenHold> request) {
        if (isExact()) {
            require(offer.amount());
        } else if (!context.request().stream()) {
            long real = Math.addExact(posted(), request.map(OpenHold::nanoUsd).orElse(0L));
            require(units(real));
        }
    }

    /** Never more than was signed for. */
    private String units(long nanoUsd) {
        return asset.units(Math.min(nanoUsd, asset.nanoUsd(offer.amount())));
    }

    private void require(String units) {
        SettlementResult result;
        try {
            result = settle(units);
        } catch (RuntimeException e) {
            // It may have moved all the same.
            state = State.FAILED;
            LOG.error("{}: nobody knows whether it was settled; look there", this, e);
            throw e;
        }
        context.replyHeaders().set(PaymentHeaders.RESPONSE, Base64Json.write(response(result)));
        if (!result.isSuccess()) {
            state = State.FAILED;
            throw terms.demand(context.agent())
                    .refuse(
                            X402.reason(result.errorReason()),
                            "The payment was not carried out: " + result.errorReason() + ".",
                            Base64Json.write(response(result)));
        }
        state = State.SETTLED;
        settledUnits = units;
    }

    private SettlementResult settle(String units) {
        // Nothing has to move for nothing: the payment is never used then.
        return units.equals("0")
                ? new SettlementResult(true, "", "", "")
                : facilitator.settle(payload, offer, units);
    }

    private ObjectNode response(SettlementResult result) {
        ObjectNode response = Json.object().put("success", result.isSuccess());
        if (!result.errorReason().isEmpty()) {
            response.put("errorReason", result.errorReason());
        }
        if (!result.payer().isEmpty()) {
            response.put("payer", result.payer());
        }
        response.put("transaction", result.transaction()).put("network", offer.network());
        return response;
    }

    private long posted() {
        return terms.ledger().verify(token, context.agent().name()).postedNanoUsd();
    }

    /**
     * The run is over, and all its other charges are ended.
     *
     * @param served whether the answer was delivered
     * @param charged is told what the owner gets of the rest
     */
    void close(boolean served, Split split, LongConsumer charged) {
        terms.unwritten().write(new Closing(served, split, charged));
    }

    /** Settles {@code upto} where that is still to be done, and books the rest. */
    private final class Closing implements Ending {
        private final boolean served;
        private final Split split;
        private final LongConsumer charged;
        private long posted = -1;

        Closing(boolean served, Split split, LongConsumer charged) {
            this.served = served;
            this.split = split;
            this.charged = charged;
        }

        @Override
        public void write() {
            posted = posted < 0 ? posted() : posted;
            if (state == State.OPEN && !isExact()) {
                settleUpto();
            }
            bookRest();
            if (state == State.FAILED && posted > 0) {
                LOG.error("not paid, for people to settle: {}", record());
            }
        }

        private void settleUpto() {
            String units = units(posted);
            SettlementResult result = settle(units);
            state = result.isSuccess() ? State.SETTLED : State.FAILED;
            settledUnits = result.isSuccess() ? units : "0";
            if (!result.isSuccess()) {
                LOG.error("{}: not carried out: {}", X402Payment.this, result.errorReason());
            }
        }

        private void bookRest() {
            long worth = asset.nanoUsd(offer.amount());
            if (!isExact() || state != State.SETTLED) {
                long paid = asset.nanoUsd(settledUnits);
                boolean unpaid = posted > paid;
                var back = new Share(Accounts.DEPOSITS, worth - Math.max(posted, paid), "unused");
                book(List.of(back), unpaid, unpaid ? "x402: not paid" : "x402: unused");
            } else if (served) {
                charged.accept(book(split.owners(worth - posted, "request"), false, "request"));
            } else {
                book(List.of(), true, "x402: paid, and the run failed; the rest is to be settled");
            }
        }

        private long book(List<Share> shares, boolean pending, String memo) {
            long nanoUsd = shares.stream().mapToLong(Share::nanoUsd).sum();
            if (nanoUsd == 0 && !pending) {
                return 0;
            }
            String hold = payment + ":rest";
            terms.ledger()
                    .lock(
                            new Ledger.Lock(
                                    hold,
                                    token,
                                    context.agent().name(),
                                    nanoUsd,
                                    terms.holdLifetime(),
                                    List.of(),
                                    context.requestId()));
            return terms.ledger()
                    .settle(new Ledger.Settle("settle:" + hold, hold, shares, pending, memo))
                    .chargedNanoUsd();
        }

        @Override
        public String record() {
            return X402Payment.this
                    + ": "
                    + Cost.usd(Math.max(0, posted))
                    + " USD were spent, "
                    + settledUnits
                    + " units were paid";
        }

        @Override
        public boolean matters() {
            return true;
        }
    }

    @Override
    public String toString() {
        return "request " + context.requestId() + ": " + payment + " (" + offer.scheme() + ")";
    }
}
