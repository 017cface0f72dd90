package ai.robutler.core;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Runs the agent's tools that a turn calls: in parallel, each with its hooks and its time-out. */
final class ToolCalls {
    private static final Logger LOG = LoggerFactory.getLogger(ToolCalls.class);

    /** How long calls may take to end when the run is over before them. */
    private static final Duration ENDING = Duration.ofSeconds(2);

    private final RunContext context;
    private final HookChain hooks;
    private final RunListener listener;

    ToolCalls(RunContext context, HookChain hooks, RunListener listener) {
        this.context = context;
        this.hooks = hooks;
        this.listener = listener;
    }

    /** A call and the tool that it is for. */
    record Job(ToolCall call, AgentTool tool) {}

    /**
     * The results, in the order of the jobs. Whatever a tool does wrong is a result for the model;
     * a hook that throws, or an interrupt, interrupts all the others and ends the run.
     */
    List<ToolResult> run(List<Job> jobs) {
        if (jobs.size() == 1) {
            return List.of(runWithHooks(jobs.getFirst()));
        }
        var ended = new LinkedBlockingQueue<Future<ToolResult>>();
        var tasks = new ArrayList<Task<ToolResult>>();
        for (Job job : jobs) {
            tasks.add(start("call", () -> runWithHooks(job), ended::add));
        }
        boolean over = false;
        try {
            for (int i = 0; i < tasks.size(); i++) {
                ToolResult _ = ended.take().get(); // The first that fails ends the others.
            }
            var results = new ArrayList<ToolResult>();
            for (Task<ToolResult> task : tasks) {
                results.add(task.future.get());
            }
            over = true;
            return results;
        } catch (ExecutionException e) {
            throw Failures.of(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            throw Failures.of(e);
        } finally {
            if (!over) {
                cancel(tasks);
            }
        }
    }

    /** What the calls spend is settled before the run's tab is closed. */
    private static void cancel(List<Task<ToolResult>> tasks) {
        tasks.forEach(task -> task.future.cancel(true));
        Deadline ending = Deadline.after(ENDING);
        Interrupts.heldBack(
                () -> {
                    try {
                        for (Task<ToolResult> task : tasks) {
                            boolean _ = task.thread.join(ending.remaining());
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private record Task<T>(FutureTask<T> future, Thread thread) {}

    private <T> Task<T> start(
            String what, ScopedValue.CallableOp<T, Exception> body, Consumer<Future<T>> ended) {
        var task =
                new FutureTask<T>(() -> ScopedValue.where(RunContext.CURRENT, context).call(body)) {
                    @Override
                    protected void done() {
                        ended.accept(this);
                    }
                };
        String name = "tool-" + what + "-" + context.requestId();
        return new Task<>(task, Thread.ofVirtual().name(name).start(task));
    }

    /**
     * One call that nobody's model made. As in {@link #run}, except that it is refused, and no
     * result, where it is not paid for.
     */
    ToolResult runDirectly(Job job) {
        return runWithHooks(job, true);
    }

    private ToolResult runWithHooks(Job job) {
        return runWithHooks(job, false);
    }

    private ToolResult runWithHooks(Job job, boolean directly) {
        var before = hooks.ask(HookEvent.BEFORE_TOOL_CALL, new HookCall.BeforeTool(job.call));
        ToolResult result = before.answered().orElse(null);
        if (result == null) {
            result = runCharged(job.tool, before.call(), directly);
        }
        return hooks.ask(HookEvent.AFTER_TOOL_CALL, new HookCall.AfterTool(before.call(), result))
                .result();
    }

    private ToolResult runCharged(AgentTool tool, ToolCall call, boolean directly) {
        Tab.ToolCharge charge;
        try {
            charge = context.tab().tool(tool, call);
        } catch (PaymentRequiredException e) {
            if (directly) {
                throw e;
            }
            return ToolResult.error(tool.name() + " was not called: " + e.getMessage());
        }
        Optional<ToolResult> result = Optional.empty();
        long start = System.nanoTime();
        try {
            result = Optional.of(runInTime(tool, call.arguments()));
            var took = Duration.ofNanos(System.nanoTime() - start);
            listener.toolCall(context.agent(), tool.name(), took, result.get().isError());
            return result.get();
        } finally {
            end(charge, result);
        }
    }

    private static void end(Tab.ToolCharge charge, Optional<ToolResult> result) {
        Interrupts.heldBack(() -> charge.end(result));
    }

    private ToolResult runInTime(AgentTool tool, String arguments) {
        // Scope holds when a tool is listed and when it runs.
        if (!tool.scope().admits(context.caller(), context.agent().owner())) {
            return ToolResult.error("the caller may not use " + tool.name());
        }
        Duration time = shorter(tool.timeout(), context.deadline().remaining());
        var task =
                start(tool.name(), () -> tool.function().call(arguments, context), _ -> {}).future;
        try {
            return task.get(Math.max(0, time.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            String limit = time.equals(tool.timeout()) ? seconds(time) : "the time of this run";
            return ToolResult.error(tool.name() + " did not answer within " + limit);
        } catch (ExecutionException e) {
            return failed(tool, e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException | CancellationException e) {
            throw Failures.of(e);
        } finally {
            task.cancel(true);
        }
    }

    private ToolResult failed(AgentTool tool, Throwable cause) {
        LOG.warn("Tool {} failed in run {}", tool.name(), context.requestId(), cause);
        String message = cause.getMessage();
        return ToolResult.error(
                message == null || message.isBlank() ? tool.name() + " failed" : message);
    }

    private static String seconds(Duration time) {
        return time.toMillis() < 1000 ? time.toMillis() + " ms" : time.toSeconds() + " s";
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
