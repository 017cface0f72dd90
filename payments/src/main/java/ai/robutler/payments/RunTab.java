package ai.robutler.payments;

import ai.robutler.core.AgentTool;
import ai.robutler.core.ApiException;
import ai.robutler.core.CancelledException;
import ai.robutler.core.Cost;
import ai.robutler.core.ModelOffer;
import ai.robutler.core.PaymentRequiredException;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

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
    private final ReentrantLock beginning = new ReentrantLock();
    private final Queue<OpenHold.Due> due = new ConcurrentLinkedQueue<>();
    private final AtomicLong gone = new AtomicLong();
    private volatile Optional<OpenHold> request = Optional.empty();
    private volatile boolean begun;
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
                        x402.isPresent() ? Optional.empty() : Optional.of(terms.shared()),
                        terms.demand(context.agent()),
                        payer,
                        context.agent().name(),
                        context.requestId());
    }

    Payer payer() {
        return payer;
    }

    /**
     * The ledger learns of the run before anything of it costs or goes out: usually with the hold
     * for its first step.
     */
    void begin() {
        writeDue();
        if (begun) {
            return;
        }
        beginning.lock();
        try {
            if (!begun) {
                if (holdsRequest()) {
                    request = Optional.of(holds.hold(List.of(ofRequest()), lifetime()).getFirst());
                } else if (x402.isEmpty()) {
                    verify();
                }
                begun = true;
            }
        } finally {
            beginning.unlock();
        }
    }

    /** Whether the price of the request is not all that is paid, by x402. */
    private boolean holdsRequest() {
        return terms.price().requestNanoUsd() > 0 && x402.stream().noneMatch(X402Payment::isExact);
    }

    private RunHolds.Wanted ofRequest() {
        return new RunHolds.Wanted(terms.price().requestNanoUsd(), "request");
    }

    private void verify() {
        try {
            terms.ledger().verify(payer.token(), context.agent().name());
        } catch (PaymentRequiredException e) {
            throw terms.demand(context.agent()).refuse(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    /** Sets aside what a step may cost; the first step brings the price of the request with it. */
    private OpenHold hold(long nanoUsd, String what) {
        var wanted = new RunHolds.Wanted(nanoUsd, what);
        if (begun) {
            return holds.hold(List.of(wanted), lifetime()).getFirst();
        }
        beginning.lock();
        try {
            if (begun || !holdsRequest()) {
                OpenHold step = holds.hold(List.of(wanted), lifetime()).getFirst();
                begun = true;
                return step;
            }
            List<OpenHold> both = holds.hold(List.of(ofRequest(), wanted), lifetime());
            request = Optional.of(both.getFirst());
            begun = true;
            return both.getLast();
        } finally {
            beginning.unlock();
        }
    }

    /**
     * Charges a step. It is written with the next thing that happens to this tab: mostly the run's
     * end, and the charge of the request with it.
     */
    private void settle(OpenHold hold, List<Ledger.Share> shares, long owed, boolean pending) {
        hold.settle(shares, owed, pending, this::charged).ifPresent(due::add);
        if (x402.isPresent() || holds.isClosed()) {
            // What was posted must be known before the answer goes out.
            writeDue();
        }
    }

    private void writeDue() {
        OpenHold.write(terms.ledger(), terms.unwritten(), takeDue());
    }

    private List<OpenHold.Due> takeDue() {
        var taken = new ArrayList<OpenHold.Due>();
        for (OpenHold.Due each = due.poll(); each != null; each = due.poll()) {
            taken.add(each);
        }
        return taken;
    }

    @Override
    public ModelCharge model(ModelOffer offer) {
        writeDue();
        if (offer.ownKey()) {
            begin();
            return ModelCharge.NONE;
        }
        Cost ceiling = offer.ceiling().get();
        if (!ceiling.isKnown()) {
            throw priceUnknown(offer);
        }
        long most = split.modelHold(ceiling.nanoUsd());
        if (most == 0) {
            begin();
            return (cost, _) -> free(offer, cost);
        }
        OpenHold hold = hold(most, "model " + offer.model());
        return (cost, _) -> {
            Split.ModelBill bill = split.model(cost.nanoUsd(), hold.nanoUsd());
            settle(hold, bill.shares(), bill.owed(), !cost.isKnown());
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
        writeDue();
        ToolPrice price = terms.price().of(tool);
        if (price.nanoUsd() == 0) {
            begin();
            return ToolCharge.NONE;
        }
        OpenHold hold = hold(price.nanoUsd(), "tool " + tool.name());
        return result ->
                result.ifPresentOrElse(
                        came -> settle(hold, split.owners(price.of(came), "tool"), 0, false),
                        hold::free);
    }

    @Override
    public Optional<String> delegate(long nanoUsd, String agent) {
        if (holds.isClosed()) {
            throw new CancelledException("the run is over");
        }
        begin();
        long left = left();
        if (nanoUsd > left && holds.releaseShared()) {
            left = left();
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
        String child = terms.ledger().delegateIn(context.agent().name(), delegate).text();
        gone.addAndGet(nanoUsd);
        return Optional.of(child);
    }

    /** What another agent's work may still cost. */
    private long left() {
        long left = terms.ledger().verify(payer.token(), context.agent().name()).spendableNanoUsd();
        for (Ledger.Limit limit : payer.budgets()) {
            if (limit.isOfRun()) {
                left = Math.min(left, limit.budget().nanoUsd() - holds.nanoUsd() - gone.get());
            }
        }
        return Math.max(0, left);
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
            if (!begun) {
                begin();
            }
            x402.ifPresent(payment -> payment.beforeAnswer(request));
            delivered = true;
        }
    }

    @Override
    public void close(RunOutcome outcome) {
        boolean served = delivered && outcome != RunOutcome.FAILED;
        if (served) {
            request.flatMap(
                            hold ->
                                    hold.settle(
                                            split.owners(hold.nanoUsd(), "request"),
                                            0,
                                            false,
                                            this::charged))
                    .ifPresent(due::add);
        }
        if (served && x402.isEmpty() && !payer.isPart()) {
            OpenHold.handOver(terms.ledger(), terms.unwritten(), takeDue());
        } else {
            // Whoever has been refused has its money back before it knows; who has hired this agent
            // asks what was paid for it, on any node.
            writeDue();
        }
        holds.close();
        // What a tool has told meanwhile; what it tells from now on is written at once.
        writeDue();
        x402.ifPresent(payment -> payment.close(served, split, this::charged));
    }

    /** As long as the run may go on, and as the operator says at least. */
    private Duration lifetime() {
        Duration run = context.deadline().remaining().plus(GRACE);
        Duration longer = run.compareTo(terms.holdLifetime()) > 0 ? run : terms.holdLifetime();
        return longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
    }

    private void charged(long nanoUsd) {
        if (nanoUsd > 0) {
            gone.addAndGet(nanoUsd);
            listener.charged(context.agent(), nanoUsd);
        }
    }
}
