package ai.robutler.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes down what runs spend, and what is wrong with how they do it. */
final class Till implements Billing {
    /** In the order in which it happened. */
    final List<String> events = new CopyOnWriteArrayList<>();

    /** What is refused: {@code open}, {@code model}, or a tool's name. */
    final Set<String> refused = ConcurrentHashMap.newKeySet();

    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger tabs = new AtomicInteger();
    private volatile boolean closeFails;

    Till refusing(String what) {
        refused.add(what);
        return this;
    }

    Till failingToClose() {
        closeFails = true;
        return this;
    }

    /** Each hold has ended, once and before its tab, and each tab has been closed. */
    void requireBalanced() {
        assertThat(faults).isEmpty();
        assertThat(held).as("holds without an end").hasValue(0);
        assertThat(tabs).as("tabs that are open").hasValue(0);
    }

    @Override
    public Tab open(RunContext context, Invocation invocation) {
        require("open");
        tabs.incrementAndGet();
        events.add("open");
        return new Open();
    }

    private void require(String what) {
        if (refused.contains(what)) {
            throw new PaymentRequiredException(
                    PaymentRequiredException.Reason.INSUFFICIENT_BALANCE, "No money for " + what);
        }
    }

    private final class Open implements Tab {
        private final AtomicBoolean closed = new AtomicBoolean();

        @Override
        public ModelCharge model(ModelOffer offer) {
            note("ask");
            require("model");
            hold(
                    "model %s%s %s"
                            .formatted(
                                    offer.model(),
                                    offer.ownKey() ? " own" : "",
                                    words(offer.ceiling().get())));
            var ended = new AtomicBoolean();
            return (cost, outcome) -> end(ended, "end " + words(cost) + " " + outcome);
        }

        @Override
        public ToolCharge tool(AgentTool tool, ToolCall call) {
            note("ask");
            require(tool.name());
            hold("tool " + tool.name());
            var ended = new AtomicBoolean();
            return result -> end(ended, "tool end " + result.map(this::words).orElse("nothing"));
        }

        private String words(ToolResult result) {
            return result.isError() ? "failed" : "done";
        }

        private String words(Cost cost) {
            return (cost.isKnown() ? "" : "?") + cost.nanoUsd();
        }

        @Override
        public Optional<String> delegate(long nanoUsd, String agent) {
            return Optional.empty();
        }

        private void hold(String event) {
            held.incrementAndGet();
            events.add(event);
        }

        private void end(AtomicBoolean ended, String event) {
            note(event);
            if (!ended.compareAndSet(false, true)) {
                faults.add("twice: " + event);
            }
            held.decrementAndGet();
            events.add(event);
        }

        private void note(String event) {
            if (closed.get()) {
                faults.add("after the tab was closed: " + event);
            }
            if (!event.equals("ask") && Thread.currentThread().isInterrupted()) {
                faults.add("by an interrupted thread: " + event);
            }
        }

        @Override
        public void close(RunOutcome outcome) {
            if (!closed.compareAndSet(false, true)) {
                faults.add("closed twice");
            }
            if (Thread.currentThread().isInterrupted()) {
                faults.add("closed by an interrupted thread");
            }
            tabs.decrementAndGet();
            events.add("close " + outcome);
            if (closeFails) {
                throw new IllegalStateException("the till is stuck");
            }
        }
    }
}
