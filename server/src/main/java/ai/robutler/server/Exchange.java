package ai.robutler.server;

import ai.robutler.core.ApiException;
import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Caller;
import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.InternalException;
import ai.robutler.core.Invocation;
import ai.robutler.core.ReplyHeaders;
import ai.robutler.core.RunListener;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** One request and its answer, on the request's own thread. */
final class Exchange {
    /** What is logged where the client left before it got an answer. */
    static final int CLIENT_GONE = 499;

    private static final String CHALLENGE = "WWW-Authenticate";
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final RequestHead head;
    private final String query;
    private final byte[] body;
    private final String id;
    private final Wire wire;
    private final Authenticator authenticator;
    private final boolean callersRequired;
    private final Map<String, String> commonHeaders;
    private final Function<RequestHead, Map<String, String>> challenge;
    private final ReplyHeaders replyHeaders = new ReplyHeaders();
    private final long begun = System.nanoTime();
    private @Nullable Caller caller;
    private @Nullable Map<String, String> begunWith;
    private String route = "unmatched";
    private String agent = "";
    private volatile int status = CLIENT_GONE;

    Exchange(
            RequestHead head,
            String query,
            byte[] body,
            String id,
            Wire wire,
            Authenticator authenticator,
            boolean callersRequired,
            Map<String, String> commonHeaders,
            Function<RequestHead, Map<String, String>> challenge) {
        this.head = head;
        this.query = query;
        this.body = body;
        this.id = id;
        this.wire = wire;
        this.authenticator = authenticator;
        this.callersRequired = callersRequired;
        this.commonHeaders = Map.copyOf(commonHeaders);
        this.challenge = challenge;
    }

    RequestHead head() {
        return head;
    }

    /** The query as it came, "" where there is none. */
    String query() {
        return query;
    }

    byte[] body() {
        return body;
    }

    String id() {
        return id;
    }

    Wire wire() {
        return wire;
    }

    long begun() {
        return begun;
    }

    /**
     * Who calls; asked once.
     *
     * @throws AuthenticationException if it is nobody, and the server wants to know everybody
     */
    Caller caller() {
        Caller known = callerIfAny();
        if (callersRequired && known instanceof Caller.Anonymous) {
            throw new AuthenticationException(
                    "authentication_required", "This server needs credentials; none were given.");
        }
        return known;
    }

    /**
     * Lets nobody pass who is not known, where nobody else is served.
     *
     * @throws AuthenticationException if it is nobody
     */
    void admit() {
        if (callersRequired) {
            Caller _ = caller();
        }
    }

    boolean areCallersRequired() {
        return callersRequired;
    }

    /** Who calls, if anybody; wrong credentials are wrong all the same. */
    Caller callerIfAny() {
        if (caller == null) {
            caller = authenticator.authenticate(head);
        }
        return caller;
    }

    /** A call of an agent for this exchange. */
    Invocation invocation(ChatRequest request, RunListener listener) {
        return invocation(request, listener, caller());
    }

    Invocation invocation(ChatRequest request, RunListener listener, Caller caller) {
        return Invocation.of(request)
                .withCaller(caller)
                .withRequestId(id)
                .withListener(listener)
                .withHeaders(head::headers, replyHeaders);
    }

    /** The template of the route, for logs and metrics. */
    String route() {
        return route;
    }

    void route(String template) {
        route = template;
    }

    /** The agent in question, "" where there is none. */
    String agent() {
        return agent;
    }

    void agent(String name) {
        agent = name;
    }

    /** The status that was sent. */
    int status() {
        return status;
    }

    /**
     * Sends a whole answer.
     *
     * @throws IllegalArgumentException if it has a header that cannot be one; nothing is sent then
     */
    void reply(Reply reply) {
        var headers = headers(reply.headers());
        status = reply.status();
        wire.send(new Reply(reply.status(), reply.contentType(), reply.body(), headers));
    }

    /** Sets the head of an answer in pieces; it goes out with the first. */
    void beginPieces(String contentType, Map<String, String> own) {
        begunWith = replyHeaders.snapshot();
        var headers = headers(own);
        headers.put("Content-Type", contentType);
        status = 200;
        wire.head(200, headers);
    }

    /** What the run added to the head of its answer, or would now. */
    Map<String, String> runHeaders() {
        return begunWith != null ? begunWith : replyHeaders.snapshot();
    }

    /** All headers: those of the run, those of the answer itself, and above both the common. */
    private Map<String, String> headers(Map<String, String> own) {
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(runHeaders());
        own.forEach(ReplyHeaders::require);
        headers.putAll(own);
        String vary = headers.getOrDefault("Vary", "");
        headers.putAll(commonHeaders);
        if (!vary.isEmpty() && commonHeaders.containsKey("Vary")) {
            headers.put("Vary", commonHeaders.get("Vary") + ", " + vary);
        }
        return headers;
    }

    /** Tells the client of a failure, if there is still a way to. */
    void fail(Throwable thrown) {
        if (wire.presence().isGone()) {
            status = wire.hasBegun() ? status : CLIENT_GONE;
        } else if (wire.hasBegun()) {
            wire.cut();
        } else {
            try {
                replyOf(Errors.known(thrown));
            } catch (CancelledException e) {
                status = CLIENT_GONE;
            }
        }
    }

    private Reply challenged(Reply reply) {
        String given = reply.headers().get(CHALLENGE);
        if (reply.status() != 401 || given == null) {
            return reply;
        }
        var text = new StringBuilder(given);
        challenge
                .apply(head)
                .forEach(
                        (name, value) ->
                                text.append(", ")
                                        .append(name)
                                        .append("=\"")
                                        .append(value)
                                        .append('"'));
        return reply.with(CHALLENGE, text.toString());
    }

    private void replyOf(ApiException failure) {
        try {
            reply(challenged(Errors.reply(failure)));
        } catch (IllegalArgumentException e) {
            LOG.error("request {}: its error has a header that cannot be sent", id, e);
            reply(Errors.reply(new InternalException(e)));
        }
    }
}
