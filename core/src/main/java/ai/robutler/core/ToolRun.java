package ai.robutler.core;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One call of an agent's tool, for the caller of one of its endpoints. The hooks of a connection
 * are asked too: who must not run the agent must not run its tools.
 */
final class ToolRun {
    private static final ChatRequest NO_CHAT = noChat();

    private final Agent agent;
    private final RunContext context;
    private final HookChain hooks;
    private Optional<Tab> tab = Optional.empty();

    ToolRun(Agent agent, RunContext outer, Map<String, String> headers, Consumer<String> progress) {
        this.agent = agent;
        this.context =
                outer.within(outer.invocation().withRequest(NO_CHAT).withMoreHeaders(headers));
        this.hooks = new HookChain(agent, context);
        context.progressTo(new Told(progress));
    }

    private static ChatRequest noChat() {
        var json = Json.object();
        json.set("messages", Json.array());
        return new ChatRequest(json);
    }

    /** Nothing is said but how the work goes on. */
    private record Told(Consumer<String> listener) implements ChunkSink {
        @Override
        public void send(ChatChunk chunk) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void progress(String text, boolean first) {
            listener.accept(text);
        }
    }

    ToolResult call(ToolCall call) {
        if (!agent.admits(context.caller())) {
            throw Agent.denied(context.caller());
        }
        AgentTool tool =
                agent.ownTools(context.caller()).stream()
                        .filter(each -> each.name().equals(call.name()))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        InvalidRequestException.notFound(
                                                "tool_not_found",
                                                "name",
                                                "There is no tool '" + call.name() + "'."));
        agent.life().begin(agent);
        try {
            return ScopedValue.where(RunContext.CURRENT, context)
                    .call(() -> finalized(new ToolCalls.Job(call, tool)));
        } finally {
            agent.life().end();
        }
    }

    private ToolResult finalized(ToolCalls.Job job) {
        var end = new HookCall.Finalize(RunOutcome.COMPLETED, Optional.empty());
        boolean failed = true;
        try {
            ToolResult result = called(job);
            failed = result.isError();
            return result;
        } catch (Throwable thrown) {
            RuntimeException failure = Failures.of(thrown);
            var outcome =
                    failure instanceof CancelledException
                            ? RunOutcome.CANCELLED
                            : RunOutcome.FAILED;
            end = new HookCall.Finalize(outcome, Optional.of(failure));
            throw failure;
        } finally {
            finish(end, failed && end.outcome() == RunOutcome.COMPLETED);
        }
    }

    /**
     * @param unserved whether the caller got nothing for the price of the request
     */
    private void finish(HookCall.Finalize end, boolean unserved) {
        RunOutcome paid = unserved ? RunOutcome.FAILED : end.outcome();
        Interrupts.heldBack(
                () -> {
                    try {
                        tab.ifPresent(opened -> opened.close(paid));
                    } finally {
                        hooks.finish(end);
                    }
                });
    }

    private ToolResult called(ToolCalls.Job job) {
        tab = agent.billing().map(billing -> billing.open(context, context.invocation()));
        tab.ifPresent(context::tab);
        hooks.ask(HookEvent.ON_CONNECTION, new HookCall.Connection(NO_CHAT));
        ToolResult result =
                new ToolCalls(context, hooks, context.invocation().listener()).runDirectly(job);
        if (!result.isError()) {
            context.deliver();
        }
        return result;
    }
}
