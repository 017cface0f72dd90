package ai.robutler.server;

import ai.robutler.core.Agent;
import ai.robutler.core.AgentEndpoint;
import ai.robutler.core.Caller;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.EndpointReply;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Invocation;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.core.Names;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The HTTP endpoints that agents bring themselves, below their own path. */
final class EndpointRoute {

    /** A path that fits, with all its methods. */
    record Match(String template, Map<String, Router.Handler> handlers) {}

    private final Agents agents;
    private final Metrics metrics;
    private final List<String> prefix;
    private final List<Mount> mounts;

    EndpointRoute(Options options, Agents agents, Metrics metrics) {
        this.agents = agents;
        this.metrics = metrics;
        this.prefix = RequestPath.parse(options.urlPrefix()).segments();
        this.mounts = options.mounts();
    }

    /**
     * The endpoint at this path.
     *
     * @throws InvalidRequestException if there is none (404)
     */
    Match match(Exchange exchange, RequestPath path) {
        List<String> segments = path.segments();
        for (Mount mount : mounts) {
            if (mount.holds(segments)) {
                String below = path.rawFrom(mount.prefix().size());
                Match match = match(mount.host(), below, called -> platform(called, mount));
                return new Match(mount.template(match.template()), match.handlers());
            }
        }
        int at = prefix.size();
        if (segments.size() < at + 2
                || !segments.subList(0, at).equals(prefix)
                || segments.get(at).isEmpty()
                || Names.RESERVED.contains(segments.get(at))) {
            throw unknown();
        }
        Agent agent = agent(exchange, segments.get(at));
        Match match = match(agent, path.rawFrom(at + 1), this::invocation);
        String label = agents.isFixed(agent) ? match.template() : "/{endpoint}";
        return new Match("/" + Router.AGENT + label, match.handlers());
    }

    private Match match(Agent agent, String below, Function<Exchange, Invocation> invocation) {
        var handlers = new LinkedHashMap<String, Router.Handler>();
        String template = "";
        for (AgentEndpoint endpoint : agent.endpoints()) {
            var variables = endpoint.match(below);
            if (variables.isPresent() && !handlers.containsKey(endpoint.method())) {
                template = template.isEmpty() ? endpoint.path() : template;
                handlers.put(
                        endpoint.method(),
                        (called, _) ->
                                called.reply(
                                        call(
                                                called,
                                                agent,
                                                endpoint,
                                                variables.get(),
                                                invocation)));
            }
        }
        if (handlers.isEmpty()) {
            throw unknown();
        }
        return new Match(template, handlers);
    }

    private Invocation invocation(Exchange exchange) {
        return exchange.invocation(new ChatRequest(Json.object()), metrics);
    }

    private Invocation platform(Exchange exchange, Mount mount) {
        return exchange.invocation(
                new ChatRequest(Json.object()),
                metrics,
                mount.isOpen() ? Caller.anonymous() : exchange.callerIfAny());
    }

    /** A browser's preflight comes without credentials, and learns no more than methods. */
    private Agent agent(Exchange exchange, String name) {
        return exchange.head().method().equals("OPTIONS")
                ? agents.require(name)
                : Access.agent(agents, exchange, name);
    }

    private static InvalidRequestException unknown() {
        return InvalidRequestException.notFound(
                "not_found", "", "There is nothing at this path. GET / lists what there is.");
    }

    private Reply call(
            Exchange exchange,
            Agent agent,
            AgentEndpoint endpoint,
            Map<String, String> rawVariables,
            Function<Exchange, Invocation> invocations) {
        var variables = new LinkedHashMap<String, String>();
        rawVariables.forEach((name, raw) -> variables.put(name, RequestPath.decode(raw, false)));
        var call =
                new AgentEndpoint.Call(
                        variables, RequestPath.query(exchange.query()), body(exchange));
        EndpointReply reply = agent.call(endpoint, call, invocations.apply(exchange));
        return new Reply(reply.status(), reply.contentType(), reply.body(), reply.headers());
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
