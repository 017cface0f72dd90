package ai.robutler.payments;

import ai.robutler.core.AgentTool;
import ai.robutler.core.ApiException;
import ai.robutler.core.Billing;
import ai.robutler.core.Cost;
import ai.robutler.core.Invocation;
import ai.robutler.core.Json;
import ai.robutler.core.ModelOffer;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.core.RunContext;
import ai.robutler.core.RunOutcome;
import ai.robutler.core.Tab;
import ai.robutler.core.ToolCall;

import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The tab of an agent that costs nothing itself, but calls others that do: what its caller pays
 * with is passed on in parts, and spent on nothing else.
 */
final class PassedTab implements Tab {
    private static final Duration GRACE = Duration.ofMinutes(2);

    private final Ledger ledger;
    private final RunContext context;
    private final String token;
    private final String run = RunHolds.name();
    private int given;

    private PassedTab(Ledger ledger, RunContext context, String token) {
        this.ledger = ledger;
        this.context = context;
        this.token = token;
    }

    /** Whoever pays for nothing here may still show a token; a wrong one is found out by others. */
    static Billing billing(Ledger ledger) {
        return (context, invocation) -> open(ledger, context, invocation);
    }

    private static Tab open(Ledger ledger, RunContext context, Invocation invocation) {
        return PaymentHeaders.read(invocation.headers())
                        instanceof PaymentHeaders.Given.Token(String text)
                ? new PassedTab(ledger, context, text)
                : invocation.tab();
    }

    @Override
    public ModelCharge model(ModelOffer offer) {
        return ModelCharge.NONE;
    }

    @Override
    public ToolCharge tool(AgentTool tool, ToolCall call) {
        return ToolCharge.NONE;
    }

    @Override
    public Optional<String> delegate(long nanoUsd, String agent) {
        long left = ledger.verify(token, context.agent().name()).spendableNanoUsd();
        if (nanoUsd > left) {
            ObjectNode details = Json.object();
            details.put("required_usd", Cost.usd(nanoUsd)).put("available_usd", Cost.usd(left));
            throw new PaymentRequiredException(
                    PaymentRequiredException.Reason.INSUFFICIENT_BALANCE,
                    "The payment token has not enough left for another agent's work.",
                    details,
                    Json.object(),
                    Map.of());
        }
        Duration lifetime = context.deadline().remaining().plus(GRACE);
        return Optional.of(
                ledger.delegateIn(
                                context.agent().name(),
                                new Ledger.Delegate(nextId(), token, nanoUsd, agent, lifetime))
                        .text());
    }

    private synchronized String nextId() {
        return run + ":" + ++given;
    }

    @Override
    public OptionalLong charged(String child, String agent) {
        try {
            return OptionalLong.of(ledger.verify(child, agent).postedNanoUsd());
        } catch (ApiException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public void close(RunOutcome outcome) {}
}
