package ai.robutler.server;

import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Names;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Finds what answers a request: by path first, then by method. */
final class Router {
    static final String AGENT = "{agent}";

    /** What answers; the template's variable is decoded, "" where it has none. */
    @FunctionalInterface
    interface Handler {
        void handle(Exchange exchange, String variable);
    }

    /** What answers with a whole reply. */
    @FunctionalInterface
    interface Answer {
        Reply reply(Exchange exchange, String variable);
    }

    /**
     * A path with all its methods.
     *
     * @param template such as {@code /{agent}/models}, with one variable at most
     * @param isOpen whether it answers everybody, even where callers are required
     */
    private record Route(
            String template, List<String> segments, boolean isOpen, Map<String, Handler> handlers) {
        Optional<String> match(List<String> actual) {
            if (actual.size() != segments.size()) {
                return Optional.empty();
            }
            String variable = "";
            for (int i = 0; i < actual.size(); i++) {
                String expected = segments.get(i);
                String value = actual.get(i);
                if (expected.startsWith("{") && fits(expected, value)) {
                    variable = value;
                } else if (!expected.equals(value)) {
                    return Optional.empty();
                }
            }
            return Optional.of(variable);
        }

        private static boolean fits(String expected, String value) {
            return !value.isEmpty() && !(expected.equals(AGENT) && Names.RESERVED.contains(value));
        }
    }

    private final Map<String, Route> routes = new LinkedHashMap<>();
    private final EndpointRoute endpoints;
    private final Cors cors;

    /**
     * @param endpoints what answers below an agent's path where no route does
     */
    Router(EndpointRoute endpoints, Cors cors) {
        this.endpoints = endpoints;
        this.cors = cors;
    }

    Router get(String template, Answer answer) {
        return on("GET", template, false, whole(answer));
    }

    /** For everybody, even where callers are required. */
    Router open(String template, Answer answer) {
        return on("GET", template, true, whole(answer));
    }

    private static Handler whole(Answer answer) {
        return (exchange, variable) -> exchange.reply(answer.reply(exchange, variable));
    }

    Router post(String template, Handler handler) {
        return on("POST", template, false, handler);
    }

    private Router on(String method, String template, boolean isOpen, Handler handler) {
        routes.computeIfAbsent(
                        template,
                        _ ->
                                new Route(
                                        template,
                                        RequestPath.parse(template).segments(),
                                        isOpen,
                                        new LinkedHashMap<>()))
                .handlers
                .put(method, handler);
        return this;
    }

    void answer(Exchange exchange) {
        RequestPath path = RequestPath.parse(exchange.head().path());
        for (Route route : routes.values()) {
            Optional<String> variable = route.match(path.segments());
            if (variable.isPresent()) {
                exchange.route(route.template);
                if (!route.isOpen && !exchange.head().method().equals("OPTIONS")) {
                    exchange.admit();
                }
                answer(exchange, route.handlers, variable.get());
                return;
            }
        }
        EndpointRoute.Match match = endpoints.match(exchange, path);
        exchange.route(match.template());
        answer(exchange, match.handlers(), "");
    }

    private void answer(Exchange exchange, Map<String, Handler> handlers, String variable) {
        String method = exchange.head().method();
        Handler handler = handlers.get(method.equals("HEAD") ? "GET" : method);
        if (handler != null) {
            handler.handle(exchange, variable);
        } else if (method.equals("OPTIONS")) {
            exchange.reply(options(exchange.head(), allowed(handlers)));
        } else {
            throw InvalidRequestException.methodNotAllowed(
                    "This path does not answer " + AccessLog.safe(method) + ".", allowed(handlers));
        }
    }

    private Reply options(RequestHead head, String allowed) {
        Reply reply = Reply.NO_CONTENT.with("Allow", allowed);
        for (var header : cors.preflight(head, allowed).entrySet()) {
            reply = reply.with(header.getKey(), header.getValue());
        }
        return reply;
    }

    private static String allowed(Map<String, Handler> handlers) {
        var methods = new TreeSet<>(handlers.keySet());
        methods.add("OPTIONS");
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        return String.join(", ", new ArrayList<>(methods));
    }
}
