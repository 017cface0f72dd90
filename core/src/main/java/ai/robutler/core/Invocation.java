package ai.robutler.core;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One call of an agent, and who makes it.
 *
 * @param requestId names the call in logs and to other parties
 * @param listener is told what the run does
 */
public record Invocation(
        ChatRequest request, Caller caller, String requestId, RunListener listener) {

    /** An anonymous call with an id of its own, watched by nobody. */
    public static Invocation of(ChatRequest request) {
        var id = new byte[12];
        ThreadLocalRandom.current().nextBytes(id);
        return new Invocation(
                request,
                Caller.anonymous(),
                "req_" + HexFormat.of().formatHex(id),
                RunListener.NONE);
    }

    public Invocation withRequest(ChatRequest request) {
        return new Invocation(request, caller, requestId, listener);
    }

    public Invocation withCaller(Caller caller) {
        return new Invocation(request, caller, requestId, listener);
    }

    public Invocation withRequestId(String requestId) {
        return new Invocation(request, caller, requestId, listener);
    }

    public Invocation withListener(RunListener listener) {
        return new Invocation(request, caller, requestId, listener);
    }
}
