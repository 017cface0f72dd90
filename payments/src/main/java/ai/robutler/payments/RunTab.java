package ai.robutler.payments;

import ai.robutler.core.AgentTool;
import ai.robutler.core.ApiException;
import ai.robutler.core.Budget;
import ai.robutler.core.CancelledException;
import ai.robutler.core.Cost;
import ai.robutler.core.ModelOffer;
import ai.robutler.core.PaymentRequiredException.Reason;
import ai.robutler.core.RunContext;
import ai.robutler.core.RunListener;
import ai.robutler.core.RunOutcome;
import ai.robutler.core.StoppedException;
import ai.robutler.core.Tab;
import ai.robutler.core.ToolCall;
import ai.robutler.core.ToolPrice;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What one run spends of its payer's money. */
final class RunTab implements Tab {
    private static final Logger LOG = LoggerFactory.getLogger(RunTab.class);

    /** A model call may outlive its run's time a little, and its settlement may have to wait. */
    private static final Duration GRACE = Duration.ofMinutes(2);

    private static final Duration LONGEST = Duration.ofHours(24);

    private final BillTerms terms;
    private final RunContext context;
    private final RunListener listener;
    private final Payer payer;
    private final Optional<X402Payment> x402;
    private final Split split;
    private final RunHolds holds;
    private Optional<OpenHold> request = Optional.empty();
    private volatile boolean delivered;

    RunTab(
            BillTerms terms,
            RunContext context,
            RunListener listener,
            Payer payer,
            Optional<X402Payment> x402) {
        this.terms = terms;
        this.context = context;
        this.listener = listener;
        this.payer = payer;
        this.x402 = x402;
        this.split = terms.split(context.agent());
        this.holds =
                new RunHolds(
                        terms.ledger(),
                        terms.unwritten(),
                        terms.demand(context.agent()),
                        payer,
                        context.agent().name(),
                        context.requestId());
    }

    Payer payer() {
        return payer;
    }

    /** Sets the price of the request aside, where it is not all that is paid. */
    void open() {
        long nanoUsd = terms.price().requestNanoUsd();
        if (nanoUsd > 0 && x402.stream().noneMatch(X402Payment::isExact)) {
            request = Optional.of(hold(nanoUsd, "request"));
        }
    }

    @Override
    public ModelCharge model(ModelOffer offer) {
        if (offer.ownKey()) {
            return ModelCharge.NONE;
        }
        Cost ceiling = offer.ceiling().get();
        if (!ceiling.isKnown()) {
            throw priceUnknown(offer);
        }
        long most = split.modelHold(ceiling.nanoUsd());
        if (most == 0) {
            return (cost, _) -> free(offer, cost);
        }
        OpenHold hold = hold(most, "model " + offer.model());
        return (cost, _) -> {
            Split.ModelBill bill = split.model(cost.nanoUsd(), hold.nanoUsd());
            hold.settle(bill.shares(), bill.owed(), !cost.isKnown(), this::charged);
        };
    }

    private void free(ModelOffer offer, Cost cost) {
        if (cost.nanoUsd() > 0) {
            LOG.error(
                    "not charged, for people to settle: request {}: {} cost {} USD and was said to"
                            + " cost nothing",
                    context.requestId(),
                    offer.model(),
                    Cost.usd(cost.nanoUsd()));
        }
    }

    private StoppedException priceUnknown(ModelOffer offer) {
        // No payment helps, so that this must not look like 402.
        return new StoppedException(
                500,
                "price_unknown",
                ("Agent '%s' wants to be paid, but what its model %s may cost is not known: its owner"
                                + " must add the model's price and output limit to a catalog file,"
                                + " or choose another model. The call was not made, and not"
                                + " charged.")
                        .formatted(context.agent().name(), offer.model()));
    }

    @Override
    public ToolCharge tool(AgentTool tool, ToolCall call) {
        ToolPrice price = terms.price().of(tool);
        if (price.nanoUsd() == 0) {
            return ToolCharge.NONE;
        }
        OpenHold hold = hold(price.nanoUsd(), "tool " + tool.name());
        return result ->
                result.ifPresentOrElse(
                        came ->
                                hold.settle(
                                        split.owners(price.of(came), "tool"),
                                        0,
                                        false,
                                        this::charged),
                        hold::free);
    }

    @Override
    public Optional<String> delegate(long nanoUsd, String agent) {
        if (holds.isClosed()) {
            throw new CancelledException("the run is over");
        }
        String own = context.agent().name();
        long left = terms.ledger().verify(payer.token(), own).spendableNanoUsd();
        for (Ledger.Limit limit : payer.budgets()) {
            if (limit.budget().period() == Budget.Period.RUN) {
                left = Math.min(left, limit.budget().nanoUsd());
            }
        }
        if (nanoUsd > left) {
            throw terms.demand(context.agent())
                    .refuse(
                            Reason.INSUFFICIENT_BALANCE,
                            ("The payment of this run cannot be good for another agent's work of"
                                            + " %s USD: %s USD are left.")
                                    .formatted(Cost.usd(nanoUsd), Cost.usd(left)),
                            nanoUsd,
                            OptionalLong.of(left));
        }
        var delegate =
                new Ledger.Delegate(holds.nextId(), payer.token(), nanoUsd, agent, lifetime());
        return Optional.of(terms.ledger().delegate(delegate).text());
    }

    @Override
    public OptionalLong charged(String token, String agent) {
        try {
            return OptionalLong.of(terms.ledger().verify(token, agent).postedNanoUsd());
        } catch (ApiException e) {
            LOG.warn(
                    "request {}: what another agent was paid cannot be told: {}",
                    context.requestId(),
                    e.getMessage());
            return OptionalLong.empty();
        }
    }

    @Override
    public void deliver() {
        if (!delivered) {
            x402.ifPresent(payment -> payment.beforeAnswer(request));
            delivered = true;
        }
    }

    @Override
    public void close(RunOutcome outcome) {
        boolean served = delivered && outcome != RunOutcome.FAILED;
        if (served) {
            request.ifPresent(
                    hold ->
                            hold.settle(
                                    split.owners(hold.nanoUsd(), "request"),
                                    0,
                                    false,
                                    this::charged));
        }
        holds.close();
        x402.ifPresent(payment -> payment.close(served, split, this::charged));
    }

    private OpenHold hold(long nanoUsd, String what) {
        return holds.hold(nanoUsd, what, lifetime());
    }

    /** As long as the run may go on, and as the operator says at least. */
    private Duration lifetime() {
        Duration run = context.deadline().remaining().plus(GRACE);
        Duration longer = run.compareTo(terms.holdLifetime()) > 0 ? run : terms.holdLifetime();
        return longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
    }

    private void charged(long nanoUsd) {
        if (nanoUsd > 0) {
            listener.charged(context.agent(), nanoUsd);
        }
    }
}
