package ai.robutler.server;

import ai.robutler.core.Caller;
import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.Invocation;
import ai.robutler.core.RunListener;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;

/** One request and its answer, on the request's own thread. */
final class Exchange {
    /** What is logged where the client left before it got an answer. */
    static final int CLIENT_GONE = 499;

    private final RequestHead head;
    private final String query;
    private final byte[] body;
    private final String id;
    private final Wire wire;
    private final Authenticator authenticator;
    private final Map<String, String> commonHeaders;
    private final long begun = System.nanoTime();
    private @Nullable Caller caller;
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
            Map<String, String> commonHeaders) {
        this.head = head;
        this.query = query;
        this.body = body;
        this.id = id;
        this.wire = wire;
        this.authenticator = authenticator;
        this.commonHeaders = Map.copyOf(commonHeaders);
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

    /** Who calls; asked once. */
    Caller caller() {
        if (caller == null) {
            caller = authenticator.authenticate(head);
        }
        return caller;
    }

    /** A call of an agent for this exchange. */
    Invocation invocation(ChatRequest request, RunListener listener) {
        return Invocation.of(request).withCaller(caller()).withRequestId(id).withListener(listener);
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

    void reply(Reply reply) {
        var headers = new LinkedHashMap<>(commonHeaders);
        reply.headers()
                .forEach(
                        (name, value) ->
                                headers.merge(
                                        name,
                                        value,
                                        (before, after) ->
                                                name.equals("Vary")
                                                        ? before + ", " + after
                                                        : after));
        status = reply.status();
        wire.send(new Reply(reply.status(), reply.contentType(), reply.body(), headers));
    }

    /** Sets the head of an answer in pieces; it goes out with the first. */
    void beginPieces(Map<String, String> headers) {
        var all = new LinkedHashMap<>(commonHeaders);
        all.putAll(headers);
        status = 200;
        wire.head(200, all);
    }

    /** Tells the client of a failure, if there is still a way to. */
    void fail(Throwable thrown) {
        if (wire.presence().isGone()) {
            status = wire.hasBegun() ? status : CLIENT_GONE;
        } else if (wire.hasBegun()) {
            wire.cut();
        } else {
            try {
                reply(Errors.reply(Errors.known(thrown)));
            } catch (CancelledException e) {
                status = CLIENT_GONE;
            }
        }
    }
}
