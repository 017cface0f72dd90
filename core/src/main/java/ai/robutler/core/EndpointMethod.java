package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Makes an endpoint of a method with {@link HttpEndpoint}. */
final class EndpointMethod {
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");

    private final SkillMethod method;
    private final Arguments arguments;
    private final String body;

    /** Of the parameter that takes the body as it came, -1 where none does. */
    private final int bytes;

    private EndpointMethod(SkillMethod method) {
        this.method = method;
        this.body = bodyParameter(method);
        this.bytes = bytes(method.slots(), body);
        this.arguments = new Arguments(slots());
    }

    private static int bytes(List<Slot> slots, String body) {
        for (int i = 0; i < slots.size(); i++) {
            if (slots.get(i).name().equals(body) && slots.get(i).type().hasRawClass(byte[].class)) {
                return i;
            }
        }
        return -1;
    }

    /** What is bound from JSON and text. */
    private List<Slot> slots() {
        var slots = new ArrayList<>(method.slots());
        if (bytes >= 0) {
            slots.remove(bytes);
        }
        return slots;
    }

    static AgentEndpoint read(HttpEndpoint endpoint, SkillMethod method) {
        String verb = endpoint.method().toUpperCase(Locale.ROOT);
        if (!METHODS.contains(verb)) {
            throw new IllegalArgumentException(
                    "its method is one of GET, POST, PUT, PATCH, DELETE, not " + endpoint.method());
        }
        var read = new EndpointMethod(method);
        read.requireParameters(variables(endpoint.path()));
        return new AgentEndpoint(
                verb,
                endpoint.path(),
                new Scope(endpoint.scope()),
                endpoint.description(),
                read.bytes >= 0,
                endpoint.publishing(),
                endpoint.open(),
                read::call);
    }

    /** The name of the parameter that takes the whole body, "" where none does. */
    private static String bodyParameter(SkillMethod method) {
        var names = new ArrayList<String>();
        for (var parameter : method.parameters()) {
            if (parameter.isAnnotationPresent(HttpEndpoint.Body.class)) {
                names.add(parameter.getName());
            }
        }
        if (names.size() > 1) {
            throw new IllegalArgumentException("only one parameter can take the body");
        }
        return names.isEmpty() ? "" : names.getFirst();
    }

    private static Set<String> variables(String path) {
        var variables = new HashSet<String>();
        for (String segment : path.split("/", -1)) {
            boolean isVariable = segment.startsWith("{") && segment.endsWith("}");
            String inner = isVariable ? segment.substring(1, segment.length() - 1) : segment;
            if (inner.contains("{") || inner.contains("}")) {
                throw new IllegalArgumentException(
                        "a variable takes a whole segment of the path, as in /reports/{id}; '"
                                + segment
                                + "' does not");
            }
            if (isVariable && !variables.add(inner)) {
                throw new IllegalArgumentException(
                        "the variable {" + inner + "} is twice in its path");
            }
        }
        return variables;
    }

    private void requireParameters(Set<String> variables) {
        var names = new HashSet<String>();
        method.slots().forEach(slot -> names.add(slot.name()));
        names.remove(body);
        for (String variable : variables) {
            if (!names.contains(variable)) {
                throw new IllegalArgumentException(
                        "no parameter is called like the variable {" + variable + "} of its path");
            }
        }
    }

    private EndpointReply call(AgentEndpoint.Call call, RunContext context) throws Exception {
        var values = bind(call);
        return Results.ofEndpoint(method.call(values, context), context.deadline().remaining());
    }

    private List<@Nullable Object> bind(AgentEndpoint.Call call) {
        try {
            var values = new ArrayList<@Nullable Object>(arguments.bind(gathered(call), true));
            if (bytes >= 0) {
                values.add(bytes, call.bytes());
            }
            return values;
        } catch (ArgumentsException e) {
            var problem = e.problems().getFirst();
            String path = ofBody(problem.path());
            throw InvalidRequestException.of(
                    path,
                    (path.isEmpty() ? "the body" : "'" + path + "'") + " " + problem.message());
        }
    }

    /** Within the body's own parameter the caller knows only what is in the body. */
    private String ofBody(String path) {
        boolean within =
                !body.isEmpty()
                        && path.startsWith(body)
                        && (path.length() == body.length()
                                || ".[".indexOf(path.charAt(body.length())) >= 0);
        return within ? path.substring(body.length()).replaceFirst("^\\.", "") : path;
    }

    private ObjectNode gathered(AgentEndpoint.Call call) {
        ObjectNode gathered = Json.object();
        for (Slot slot : slots()) {
            String name = slot.name();
            JsonNode schema = arguments.schema(name);
            JsonNode value;
            if (name.equals(body)) {
                value = call.body();
            } else if (call.variables().containsKey(name)) {
                value = QueryText.read(name, List.of(call.variables().get(name)), schema);
            } else if (call.query().containsKey(name)) {
                value = QueryText.read(name, call.query().get(name), schema);
            } else {
                value = ofBody(call.body(), name);
            }
            if (!value.isMissingNode()) {
                gathered.set(name, value);
            }
        }
        return gathered;
    }

    private JsonNode ofBody(JsonNode whole, String name) {
        boolean mustBeObject = body.isEmpty() && !whole.isMissingNode() && !whole.isObject();
        if (mustBeObject) {
            throw InvalidRequestException.of(
                    "", "the body must be a JSON object, not " + Json.kind(whole));
        }
        return body.isEmpty() ? whole.path(name) : MissingNode.getInstance();
    }
}
