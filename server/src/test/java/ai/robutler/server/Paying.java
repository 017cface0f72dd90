package ai.robutler.server;

import ai.robutler.core.AgentTool;
import ai.robutler.core.Billing;
import ai.robutler.core.Cost;
import ai.robutler.core.Invocation;
import ai.robutler.core.ModelOffer;
import ai.robutler.core.RunContext;
import ai.robutler.core.RunOutcome;
import ai.robutler.core.Tab;
import ai.robutler.core.ToolCall;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Charges each model call that ends well 1,000 nano-dollars, and gives a receipt. */
final class Paying implements Billing {
    static final int PRICE = 1_000;

    final AtomicInteger charges = new AtomicInteger();

    @Override
    public Tab open(RunContext context, Invocation invocation) {
        return new Tab() {
            @Override
            public ModelCharge model(ModelOffer offer) {
                return (Cost _, RunOutcome outcome) -> {
                    if (outcome == RunOutcome.COMPLETED) {
                        context.replyHeaders()
                                .set("PAYMENT-RESPONSE", "receipt-" + charges.incrementAndGet());
                        invocation.listener().charged(context.agent(), PRICE);
                    }
                };
            }

            @Override
            public ToolCharge tool(AgentTool tool, ToolCall call) {
                return ToolCharge.NONE;
            }

            @Override
            public Optional<String> delegate(long nanoUsd, String agent) {
                return Optional.empty();
            }

            @Override
            public void close(RunOutcome outcome) {}
        };
    }
}
