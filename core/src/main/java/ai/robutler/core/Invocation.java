package ai.robutler.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One call of an agent, and who makes it.
 *
 * @param requestId names the call in logs and to other parties
 * @param listener is told what the run does
 * @param chain the agents that handed over to get here, the first caller first
 * @param headers the headers of the request
 * @param replyHeaders what the run adds to the head of its answer
 * @param tab what the run goes on, unless the agent opens one of its own
 */
public record Invocation(
        ChatRequest request,
        Caller caller,
        String requestId,
        RunListener listener,
        List<String> chain,
        Headers headers,
        ReplyHeaders replyHeaders,
        Tab tab) {
    public Invocation {
        chain = List.copyOf(chain);
    }

    /** An anonymous call with an id of its own, watched by nobody. */
    public static Invocation of(ChatRequest request) {
        return new Invocation(
                request,
                Caller.anonymous(),
                Ids.request(),
                RunListener.NONE,
                List.of(),
                Headers.NONE,
                new ReplyHeaders(),
                Tab.FREE);
    }

    public Invocation withRequest(ChatRequest request) {
        return new Invocation(
                request, caller, requestId, listener, chain, headers, replyHeaders, tab);
    }

    public Invocation withCaller(Caller caller) {
        return new Invocation(
                request, caller, requestId, listener, chain, headers, replyHeaders, tab);
    }

    public Invocation withRequestId(String requestId) {
        return new Invocation(
                request, caller, requestId, listener, chain, headers, replyHeaders, tab);
    }

    public Invocation withListener(RunListener listener) {
        return new Invocation(
                request, caller, requestId, listener, chain, headers, replyHeaders, tab);
    }

    /** The same call, as it came over HTTP. */
    public Invocation withHeaders(Headers headers, ReplyHeaders replyHeaders) {
        return new Invocation(
                request, caller, requestId, listener, chain, headers, replyHeaders, tab);
    }

    /** The same call, with headers before those that it came with. */
    Invocation withMoreHeaders(Map<String, String> more) {
        Headers own = headers;
        return more.isEmpty()
                ? this
                : withHeaders(
                        name -> {
                            String value = more.get(name.toLowerCase(Locale.ROOT));
                            return value == null ? own.all(name) : List.of(value);
                        },
                        replyHeaders);
    }

    /** The same call, handed over by an agent whose run goes on this tab. */
    Invocation handedOverBy(String agent, Tab tab) {
        var longer = new ArrayList<>(chain);
        longer.add(agent);
        return new Invocation(
                request, caller, requestId, listener, longer, headers, replyHeaders, tab);
    }
}
