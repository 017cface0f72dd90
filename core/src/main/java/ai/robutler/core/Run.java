package ai.robutler.core;

import java.time.Duration;
import java.util.Optional;

/** One run of an agent: from a request to its answer, turn by turn. */
final class Run {
    /** How much longer than the agent's own limit its last model call may take. */
    static final Duration GRACE = Duration.ofMinutes(1);

    private final Agent agent;
    private final Invocation invocation;
    private final RunContext context;
    private final HookChain hooks;
    private final ModelCalls models;
    private final Answer answer;
    private Optional<Tab> tab = Optional.empty();

    /** A run that may take as long as the agent's limits and the caller say. */
    Run(Agent agent, Invocation invocation) {
        this(
                agent,
                invocation,
                CallHeaders.latest(invocation.headers())
                        .orElseGet(() -> Deadline.after(agent.limits().time().plus(GRACE))));
    }

    /**
     * @param latest when the run must be over, whatever the agent's own limit says
     */
    Run(Agent agent, Invocation invocation, Deadline latest) {
        this.agent = agent;
        this.invocation = invocation;
        Deadline own = Deadline.after(agent.limits().time());
        this.context = new RunContext(agent, invocation, own.or(latest), latest);
        this.hooks = new HookChain(agent, context);
        this.models = new ModelCalls(context, invocation.listener());
        this.answer = new Answer(agent.name());
    }

    ChatCompletion complete() {
        return run(new WholeReply(context, models));
    }

    void stream(ChunkSink sink) {
        context.progressTo(sink);
        run(new StreamedReply(context, models, hooks, answer, sink, legacyFunctions()));
    }

    /** What it has cost so far. */
    Cost cost() {
        return context.cost();
    }

    private ChatCompletion run(Reply reply) {
        if (!agent.admits(invocation.caller())) {
            throw Agent.denied(invocation.caller());
        }
        agent.life().begin(agent);
        try {
            return ScopedValue.where(RunContext.CURRENT, context).call(() -> finalized(reply));
        } finally {
            agent.life().end();
        }
    }

    /** The run with its finalizers: each of them is asked once, however it ends. */
    private ChatCompletion finalized(Reply reply) {
        long start = System.nanoTime();
        var end = new HookCall.Finalize(RunOutcome.COMPLETED, Optional.empty());
        try {
            return answered(reply);
        } catch (Throwable thrown) {
            RuntimeException failure = Failures.of(thrown);
            var outcome =
                    failure instanceof CancelledException
                            ? RunOutcome.CANCELLED
                            : RunOutcome.FAILED;
            end = new HookCall.Finalize(outcome, Optional.of(failure));
            throw failure;
        } finally {
            finish(end, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private void finish(HookCall.Finalize end, Duration took) {
        Interrupts.heldBack(
                () -> {
                    try {
                        tab.ifPresent(opened -> opened.close(end.outcome()));
                    } finally {
                        finishHooks(end, took);
                    }
                });
    }

    private void finishHooks(HookCall.Finalize end, Duration took) {
        try {
            hooks.finish(end);
        } finally {
            invocation.listener().run(agent, took, context.usage(), end.outcome());
        }
    }

    private ChatCompletion answered(Reply reply) {
        // A key that cannot be used is told before anything is held.
        Completer _ = context.completer();
        tab = agent.billing().map(billing -> billing.open(context, invocation));
        tab.ifPresent(context::tab);
        var connection = new HookCall.Connection(invocation.request());
        ChatRequest request = hooks.ask(HookEvent.ON_CONNECTION, connection).request();
        boolean legacy = legacyFunctions();
        if (legacy) {
            request = LegacyFunctions.toTools(request);
        }
        var toolbox = new Toolbox(agent, invocation, request);
        RequestChecks.check(request, toolbox);
        var turns = new Turns(context, request, toolbox, hooks, answer);
        ChatCompletion whole = turns.run(reply);
        var message =
                new HookCall.Message(
                        invocation.request(), request.messages(), turns.added(), whole);
        whole = hooks.ask(HookEvent.ON_MESSAGE, message).completion();
        reply.finish(whole);
        return legacy ? LegacyFunctions.completion(whole) : whole;
    }

    private boolean legacyFunctions() {
        return LegacyFunctions.areIn(invocation.request()) && agent.hasTools();
    }
}
