package ai.robutler.core;

import java.util.ArrayList;
import java.util.List;

/**
 * One call of an agent, and who makes it.
 *
 * @param requestId names the call in logs and to other parties
 * @param listener is told what the run does
 * @param chain the agents that handed over to get here, the first caller first
 */
public record Invocation(
        ChatRequest request,
        Caller caller,
        String requestId,
        RunListener listener,
        List<String> chain) {
    public Invocation {
        chain = List.copyOf(chain);
    }

    /** An anonymous call with an id of its own, watched by nobody. */
    public static Invocation of(ChatRequest request) {
        return new Invocation(
                request, Caller.anonymous(), Ids.request(), RunListener.NONE, List.of());
    }

    public Invocation withRequest(ChatRequest request) {
        return new Invocation(request, caller, requestId, listener, chain);
    }

    public Invocation withCaller(Caller caller) {
        return new Invocation(request, caller, requestId, listener, chain);
    }

    public Invocation withRequestId(String requestId) {
        return new Invocation(request, caller, requestId, listener, chain);
    }

    public Invocation withListener(RunListener listener) {
        return new Invocation(request, caller, requestId, listener, chain);
    }

    /** The same call, handed over by an agent. */
    Invocation handedOverBy(String agent) {
        var longer = new ArrayList<>(chain);
        longer.add(agent);
        return new Invocation(request, caller, requestId, listener, longer);
    }
}
