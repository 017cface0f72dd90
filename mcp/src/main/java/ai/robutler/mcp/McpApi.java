package ai.robutler.mcp;

import ai.robutler.core.Agent;
import ai.robutler.core.EndpointReply;
import ai.robutler.core.HttpEndpoint;
import ai.robutler.core.Json;
import ai.robutler.core.RunContext;
import ai.robutler.core.TokenSigner;
import ai.robutler.store.Database;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Each agent as an MCP server: the endpoint {@code /mcp} below its path, to be mounted for all
 * agents. It speaks the revisions 2025-06-18 and 2025-11-25, with sessions in the database, and
 * 2026-07-28, without. Thread-safe.
 *
 * <p>Source: Model Context Protocol, "Streamable HTTP" of each.
 */
public final class McpApi implements AutoCloseable {
    private final TokenSigner signer;
    private final InstantSource clock;
    private final ServedGuard guard;
    private final ServedSessions sessions;
    private final ServedInflight inflight;
    private final ServedListening listening;
    private final ServedMethods methods;
    private final Semaphore calls;

    private McpApi(
            McpApiSettings settings,
            Database database,
            TokenSigner signer,
            InstantSource clock,
            String version) {
        this.signer = signer;
        this.clock = clock;
        this.guard = new ServedGuard(settings);
        this.sessions = new ServedSessions(database, settings, clock);
        this.inflight = new ServedInflight(new ServedMail(database, clock));
        var prompting = new ServedPrompting(settings);
        var reading = new ServedReading(sessions);
        this.listening = new ServedListening(sessions, prompting, reading, settings);
        this.methods = new ServedMethods(prompting, reading, sessions, version);
        this.calls = new Semaphore(settings.calls());
    }

    /**
     * Opens it, with its tables.
     *
     * @param signer signs what clients bring along from one request to the next
     * @param clock must be about the same on all nodes
     * @param version of the program, as clients are told
     * @throws ai.robutler.core.UnavailableException if the database is away
     */
    public static McpApi open(
            McpApiSettings settings,
            Database database,
            TokenSigner signer,
            InstantSource clock,
            String version) {
        database.migrate("mcp");
        return new McpApi(settings, database, signer, clock, version);
    }

    /** Clients that only listen are let go: for the beginning of a stop, which waits for others. */
    public void drain() {
        listening.end();
    }

    @Override
    public void close() {
        drain();
        inflight.close();
    }

    @HttpEndpoint(
            path = "/mcp",
            method = "POST",
            description = "The agent as an MCP server (streamable HTTP).")
    public EndpointReply post(@HttpEndpoint.Body byte[] body, RunContext context) {
        var http = new ServedHttp(context, body);
        return guarded(
                http,
                () -> {
                    ServedGuard.requireForms(http);
                    ServedMessage message = ServedMessage.read(body);
                    return isModern(http, message) ? modern(http, message) : legacy(http, message);
                });
    }

    @HttpEndpoint(path = "/mcp", method = "GET")
    public EndpointReply get(RunContext context) {
        var http = new ServedHttp(context, new byte[0]);
        return guarded(
                http,
                () -> {
                    if (http.session().isEmpty()) {
                        throw ServedGuard.methodNotAllowed();
                    }
                    if (!ServedGuard.takes(http.header("Accept").orElse(""), "text/event-stream")) {
                        throw ServedError.http(
                                406,
                                ServedError.INVALID_REQUEST,
                                "Accept must list text/event-stream.");
                    }
                    ServedSession session = session(http);
                    return listening.listen(http, http.session().orElse(""), session);
                });
    }

    @HttpEndpoint(path = "/mcp", method = "DELETE")
    public EndpointReply delete(RunContext context) {
        var http = new ServedHttp(context, new byte[0]);
        return guarded(
                http,
                () -> {
                    if (http.session().isEmpty()) {
                        throw ServedGuard.methodNotAllowed();
                    }
                    ServedSession session = session(http);
                    sessions.end(session);
                    inflight.cancelAll(session);
                    return EndpointReply.noContent();
                });
    }

    private EndpointReply guarded(ServedHttp http, Supplier<EndpointReply> answer) {
        try {
            guard.check(http);
            return answer.get();
        } catch (ServedError e) {
            JsonNode id = ServedMessage.idOf(http.body());
            EndpointReply reply = ServedWork.json(e.status(), e.json(id));
            return e.headers().isEmpty() ? reply : reply.withHeaders(e.headers());
        }
    }

    /** Whether the request says by itself what it speaks. */
    private static boolean isModern(ServedHttp http, ServedMessage message) {
        boolean says =
                message instanceof ServedMessage.Request request
                        && request.meta().has(ServedClient.META + "protocolVersion");
        if (says) {
            return true;
        }
        if (http.session().isPresent()) {
            return http.header(ServedHttp.VERSION)
                    .filter(Revision.V2026_07_28.date()::equals)
                    .isPresent();
        }
        return http.header(ServedHttp.VERSION)
                .filter(date -> Revision.of(date).map(Revision.V2026_07_28::equals).orElse(true))
                .isPresent();
    }

    private EndpointReply modern(ServedHttp http, ServedMessage message) {
        return switch (message) {
            case ServedMessage.Request request -> modern(http, request);
            case ServedMessage.Notification _ -> accepted();
            case ServedMessage.Response _ ->
                    throw ServedError.http(
                            400, ServedError.INVALID_REQUEST, "No request of ours is open.");
        };
    }

    private EndpointReply modern(ServedHttp http, ServedMessage.Request request) {
        ServedClient client = ServedClient.of(http, request);
        ServedHeaders.check(http, request);
        if (!ServedMethods.isKnown(client, request.method(), http.context().agent())) {
            throw ServedError.http(
                    404, ServedError.METHOD_NOT_FOUND, "Method not found: " + request.method());
        }
        if (request.method().equals("subscriptions/listen")) {
            return listening.listen(call(http, client, request, _ -> {}));
        }
        return work(http, client, request);
    }

    private EndpointReply legacy(ServedHttp http, ServedMessage message) {
        if (message instanceof ServedMessage.Request request
                && request.method().equals("initialize")) {
            return initialize(http, request);
        }
        ServedSession session = session(http);
        return switch (message) {
            case ServedMessage.Request request -> legacy(http, session, request);
            case ServedMessage.Notification notification -> {
                if (notification.method().equals("notifications/cancelled")) {
                    inflight.cancel(session, notification.params().path("requestId"));
                }
                yield accepted();
            }
            case ServedMessage.Response response -> {
                inflight.answer(session, response);
                yield accepted();
            }
        };
    }

    private EndpointReply legacy(
            ServedHttp http, ServedSession session, ServedMessage.Request request) {
        ServedClient client = ServedClient.of(session);
        if (!ServedMethods.isKnown(client, request.method(), http.context().agent())) {
            throw ServedError.of(
                    ServedError.METHOD_NOT_FOUND, "Method not found: " + request.method());
        }
        return work(http, client, request);
    }

    private EndpointReply initialize(ServedHttp http, ServedMessage.Request request) {
        Agent agent = http.context().agent();
        String asked = request.text("protocolVersion");
        ObjectNode capabilities = request.object("capabilities");
        // A client of another revision decides whether it can do with ours.
        Revision revision =
                ServedClient.LEGACY.stream()
                        .filter(each -> each.date().equals(asked))
                        .findFirst()
                        .orElse(ServedClient.LEGACY.getFirst());
        String name = sessions.open(agent.name(), http.context().caller(), revision, capabilities);
        ObjectNode json = Json.object().put("jsonrpc", "2.0");
        json.set("id", request.id());
        json.set("result", methods.initialized(agent, revision));
        return EndpointReply.json(json).withHeaders(Map.of(ServedHttp.SESSION, name));
    }

    /**
     * The session that the request belongs to.
     *
     * @throws ServedError if it names none (400), or none of this caller's with this agent (404)
     */
    private ServedSession session(ServedHttp http) {
        String name =
                http.session()
                        .orElseThrow(
                                () ->
                                        ServedError.http(
                                                400,
                                                ServedError.INVALID_REQUEST,
                                                "The header Mcp-Session-Id is missing: begin with"
                                                        + " initialize."));
        http.header(ServedHttp.VERSION)
                .filter(date -> ServedClient.LEGACY.stream().noneMatch(r -> r.date().equals(date)))
                .ifPresent(
                        date -> {
                            throw ServedError.http(
                                    400,
                                    ServedError.INVALID_REQUEST,
                                    "This MCP-Protocol-Version has no sessions here.");
                        });
        return sessions.find(name, http.context().agent().name(), http.context().caller())
                .orElseThrow(
                        () ->
                                ServedError.http(
                                        404,
                                        ServedError.INVALID_REQUEST,
                                        "There is no such session, or it has ended."));
    }

    private static EndpointReply accepted() {
        return new EndpointReply(202, "", new byte[0], new LinkedHashMap<>());
    }

    private ServedCall call(
            ServedHttp http, ServedClient client, ServedMessage.Request request, ServedSink sink) {
        return new ServedCall(http.context(), client, request, sink);
    }

    private EndpointReply work(
            ServedHttp http, ServedClient client, ServedMessage.Request request) {
        if (!ServedMethods.isWork(request.method())) {
            ServedWork.Answer answer = answer(call(http, client, request, _ -> {}));
            return ServedWork.json(answer.status(), answer.json());
        }
        if (!calls.tryAcquire()) {
            throw ServedError.http(503, 503, "The server is at its limit. Try again later.");
        }
        ServedWork work =
                ServedWork.of(
                        http.context().requestId(),
                        sink -> {
                            try {
                                return http.context()
                                        .call(() -> answer(call(http, client, request, sink)));
                            } finally {
                                client.session().ifPresent(s -> inflight.end(s, request.id()));
                                calls.release();
                            }
                        });
        Optional<ServedSession> session = client.session();
        if (session.isPresent() && !inflight.begin(session.get(), request.id(), work)) {
            calls.release();
            throw ServedError.http(
                    400,
                    ServedError.INVALID_REQUEST,
                    "Invalid request: a request with this id is still open");
        }
        return work.answer();
    }

    private ServedWork.Answer answer(ServedCall call) {
        try {
            var answers = new ServedAnswers(signer, clock, call);
            var peer = new ServedPeers(call, inflight, answers);
            call.context().attribute(ServedPeers.PEER, peer);
            return methods.answer(call, peer);
        } catch (ServedError e) {
            return new ServedWork.Answer(e.status(), e.json(call.request().id()));
        }
    }
}
