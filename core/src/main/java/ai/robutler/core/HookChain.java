package ai.robutler.core;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The hooks that one run's caller is subject to, by event, in their order. */
final class HookChain {
    private static final Logger LOG = LoggerFactory.getLogger(HookChain.class);

    private final Map<HookEvent, List<AgentHook>> hooks = new EnumMap<>(HookEvent.class);
    private final RunContext context;

    HookChain(Agent agent, RunContext context) {
        this.context = context;
        for (AgentHook hook : agent.skills().hooks()) {
            if (hook.scope().admits(context.caller(), agent.owner())) {
                hooks.computeIfAbsent(hook.event(), _ -> new ArrayList<>()).add(hook);
            }
        }
    }

    boolean has(HookEvent event) {
        return hooks.containsKey(event);
    }

    /** Asks each hook of the event; the first that throws ends the run. */
    <C extends HookCall> C ask(HookEvent event, C call) {
        for (AgentHook hook : hooks.getOrDefault(event, List.of())) {
            try {
                hook.function().call(call, context);
            } catch (Exception e) {
                throw Failures.of(e);
            }
            if (call instanceof HookCall.Chunk chunk && chunk.dropped()) {
                break;
            }
        }
        return call;
    }

    /**
     * Asks every finalizer, whatever the others do.
     *
     * @throws ApiException the first failure, if the run itself was completed
     */
    void finish(HookCall.Finalize end) {
        RuntimeException first = null;
        for (AgentHook hook : hooks.getOrDefault(HookEvent.FINALIZE_CONNECTION, List.of())) {
            try {
                hook.function().call(end, context);
            } catch (Exception | StackOverflowError e) {
                LOG.error("A finalizer of run {} failed", context.requestId(), e);
                first = first == null ? Failures.of(e) : first;
            }
        }
        if (first != null && end.outcome() == RunOutcome.COMPLETED) {
            throw first;
        }
    }
}
