package ai.robutler.server;

import ai.robutler.core.Agent;
import ai.robutler.core.AgentEndpoint;
import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Caller;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.EndpointReply;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Invocation;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.core.Names;
import ai.robutler.core.Scope;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The HTTP endpoints that agents bring themselves, below their own path, and those of the platform,
 * below theirs.
 */
final class EndpointRoute {

    /** A path that fits, with all its methods. */
    record Match(String template, Map<String, Router.Handler> handlers) {}

    private static final ChatRequest NO_CHAT = new ChatRequest(Json.object());
    private static final String OF_AGENTS = "/" + Router.AGENT + "/{endpoint}";

    /** What may be at a path: for questions only, nothing of it is ever called. */
    private static final Map<String, Router.Handler> ANYTHING =
            Stream.of("GET", "POST", "PUT", "PATCH", "DELETE")
                    .collect(Collectors.toMap(method -> method, _ -> (_, _) -> {}));

    private final Agents agents;
    private final Metrics metrics;
    private final List<String> prefix;
    private final List<Mount> mounts;
    private final List<AgentEndpoint> ofEveryAgent;
    private final Heartbeat heartbeat;

    EndpointRoute(Options options, Agents agents, Metrics metrics, Heartbeat heartbeat) {
        this.heartbeat = heartbeat;
        this.ofEveryAgent = options.agentEndpoints();
        this.agents = agents;
        this.metrics = metrics;
        this.prefix = RequestPath.parse(options.urlPrefix()).segments();
        this.mounts =
                options.mounts().stream()
                        .sorted(Comparator.comparingInt(mount -> -mount.prefix().size()))
                        .toList();
    }

    /**
     * The endpoint at this path.
     *
     * @throws InvalidRequestException if there is none (404)
     * @throws AuthenticationException if there is none for somebody unknown
     */
    Match match(Exchange exchange, RequestPath path) {
        List<String> segments = path.segments();
        List<Mount> holders = mounts.stream().filter(mount -> mount.holds(segments)).toList();
        if (!holders.isEmpty()) {
            return platform(exchange, holders, path);
        }
        boolean isQuestion = exchange.head().method().equals("OPTIONS");
        int at = prefix.size();
        if (segments.size() < at + 2
                || !segments.subList(0, at).equals(prefix)
                || segments.get(at).isEmpty()
                || Names.RESERVED.contains(segments.get(at))) {
            if (!isQuestion) {
                exchange.admit();
            }
            throw unknown();
        }
        if (isQuestion && exchange.areCallersRequired()) {
            // A browser's preflight comes without credentials: whatever is there, or is not.
            return new Match(OF_AGENTS, ANYTHING);
        }
        String name = segments.get(at);
        String below = path.rawFrom(at + 1);
        Agent agent = isQuestion ? agents.require(name) : admitting(exchange, name, below);
        return ofAgent(exchange, agent, below);
    }

    private Agent admitting(Exchange exchange, String name, String below) {
        return exchange.areCallersRequired() && isShown(name, below)
                ? Access.shown(agents, exchange, name)
                : Access.agent(agents, exchange, name);
    }

    /** Whether such an agent, if there is one, shows something there to callers nobody knows. */
    private boolean isShown(String agent, String below) {
        var own = agents.fixed(agent).stream().flatMap(each -> each.endpoints().stream());
        return Stream.concat(ofEveryAgent.stream(), own)
                .anyMatch(endpoint -> endpoint.open() && endpoint.match(below).isPresent());
    }

    private Match ofAgent(Exchange exchange, Agent agent, String below) {
        var found = new Found();
        found.add(agent, agent.endpoints(), below, "", this::ofAgent);
        found.add(agent, ofEveryAgent, below, "", this::ofAgent);
        String label = agents.isFixed(agent) ? "/" + Router.AGENT + found.template : OF_AGENTS;
        return found.match(label, exchange);
    }

    private Invocation ofAgent(Exchange called, AgentEndpoint endpoint) {
        return endpoint.open()
                ? called.invocation(NO_CHAT, metrics, called.callerIfAny())
                : called.invocation(NO_CHAT, metrics);
    }

    private Match platform(Exchange exchange, List<Mount> holders, RequestPath path) {
        var found = new Found();
        for (Mount mount : holders) {
            found.isOpen |= mount.isOpen();
            found.add(
                    mount.host(),
                    mount.host().endpoints(),
                    path.rawFrom(mount.prefix().size()),
                    mount.template(""),
                    (called, _) ->
                            called.invocation(
                                    NO_CHAT,
                                    metrics,
                                    mount.isOpen() ? Caller.anonymous() : called.callerIfAny()));
        }
        return found.match(found.template, exchange);
    }

    /** What fits one path. */
    private final class Found {
        private final Map<String, Router.Handler> handlers = new LinkedHashMap<>();
        private String template = "";
        private boolean isOpen;

        /** A path that is there word by word comes before one with variables. */
        void add(
                Agent host,
                List<AgentEndpoint> endpoints,
                String below,
                String above,
                BiFunction<Exchange, AgentEndpoint, Invocation> invocation) {
            for (boolean literally : new boolean[] {true, false}) {
                for (AgentEndpoint endpoint : endpoints) {
                    endpoint.match(below)
                            .filter(variables -> variables.isEmpty() == literally)
                            .ifPresent(
                                    variables -> {
                                        add(host, endpoint, variables, invocation);
                                        template =
                                                template.isEmpty()
                                                        ? above + endpoint.path()
                                                        : template;
                                    });
                }
            }
        }

        private void add(
                Agent host,
                AgentEndpoint endpoint,
                Map<String, String> variables,
                BiFunction<Exchange, AgentEndpoint, Invocation> invocation) {
            isOpen |= endpoint.scope().equals(Scope.ALL);
            handlers.putIfAbsent(
                    endpoint.method(),
                    (called, _) ->
                            answer(called, call(called, host, endpoint, variables, invocation)));
        }

        /** Somebody unknown is not told what is not there either, if nothing there is open. */
        Match match(String label, Exchange exchange) {
            boolean isQuestion = exchange.head().method().equals("OPTIONS");
            if (!isOpen && !isQuestion) {
                exchange.admit();
            }
            if (handlers.isEmpty()) {
                throw unknown();
            }
            return new Match(label, handlers);
        }
    }

    private static InvalidRequestException unknown() {
        return InvalidRequestException.notFound(
                "not_found", "", "There is nothing at this path. GET / lists what there is.");
    }

    private void answer(Exchange exchange, EndpointReply reply) {
        if (reply.events().isEmpty()) {
            exchange.reply(
                    new Reply(reply.status(), reply.contentType(), reply.body(), reply.headers()));
            return;
        }
        var headers = new LinkedHashMap<>(EventWire.HEADERS);
        headers.putAll(reply.headers());
        var wire = new EventWire(exchange, headers);
        heartbeat.add(wire);
        try {
            EndpointEvents.answer(wire, reply.events().get());
        } catch (RuntimeException e) {
            boolean _ = wire.endUnbegun();
            throw e;
        } finally {
            heartbeat.remove(wire);
        }
    }

    private static EndpointReply call(
            Exchange exchange,
            Agent agent,
            AgentEndpoint endpoint,
            Map<String, String> rawVariables,
            BiFunction<Exchange, AgentEndpoint, Invocation> invocations) {
        Invocation invocation = invocations.apply(exchange, endpoint);
        if (endpoint.scope().equals(Scope.ALL) && !invocation.caller().mayReach(agent.name())) {
            // Credentials for some agents only: whoever has them is no less than anybody.
            invocation = invocation.withCaller(Caller.anonymous());
        }
        Access.requireScope(agent, endpoint, invocation.caller());
        var variables = new LinkedHashMap<String, String>();
        rawVariables.forEach((name, raw) -> variables.put(name, RequestPath.decode(raw, false)));
        var call =
                new AgentEndpoint.Call(
                        variables,
                        RequestPath.query(exchange.query()),
                        endpoint.takesBytes() ? MissingNode.getInstance() : body(exchange),
                        exchange.body());
        return agent.call(endpoint, call, invocation);
    }

    private static JsonNode body(Exchange exchange) {
        if (exchange.body().length == 0) {
            return MissingNode.getInstance();
        }
        ContentType.requireJson(exchange.head());
        try {
            return Json.parse(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(exchange.body()))
                            .toString());
        } catch (CharacterCodingException e) {
            throw InvalidRequestException.of("invalid_json", "", "The body is not UTF-8.");
        } catch (JsonSyntaxException e) {
            throw InvalidRequestException.of(
                    "invalid_json", "", "The body is wrong: " + e.getMessage() + ".");
        }
    }
}
