package ai.robutler.core;

import tools.jackson.databind.JsonNode;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP endpoint of an agent, see {@link HttpEndpoint}.
 *
 * @param path the template below the agent's path, such as {@code /reports/{id}}
 * @param takesBytes whether it reads the body itself, whatever that is
 * @param publishing whether credentials reach it that are good for publishing alone
 * @param open whether it answers everybody even where callers are required
 */
public record AgentEndpoint(
        String method,
        String path,
        Scope scope,
        String description,
        boolean takesBytes,
        boolean publishing,
        boolean open,
        Function function) {
    /** One that takes JSON. */
    public AgentEndpoint(
            String method, String path, Scope scope, String description, Function function) {
        this(method, path, scope, description, false, false, false, function);
    }

    public AgentEndpoint {
        if (!path.startsWith("/") || path.length() < 2) {
            throw new IllegalArgumentException(
                    "the path of an endpoint starts with '/', as in /reports/{id}; this is '"
                            + path
                            + "'");
        }
    }

    /**
     * One call.
     *
     * @param variables the path's variables, decoded
     * @param query the query's parameters, decoded, in their order
     * @param body the JSON body, a missing node where there is none
     * @param bytes the body as it came, not copied
     */
    public record Call(
            Map<String, String> variables,
            Map<String, List<String>> query,
            JsonNode body,
            byte[] bytes) {
        /** A call with JSON. */
        public Call(Map<String, String> variables, Map<String, List<String>> query, JsonNode body) {
            this(variables, query, body, new byte[0]);
        }
    }

    /** What a call does; called on a virtual thread, within a run's context. */
    @FunctionalInterface
    public interface Function {

        /**
         * @throws ApiException for what the caller should see as it is
         */
        EndpointReply call(Call call, RunContext context) throws Exception;
    }

    /** The path's variables, still encoded as they came, if a path below the agent's fits. */
    public Optional<Map<String, String>> match(String requestPath) {
        String[] template = path.split("/", -1);
        String[] actual = requestPath.split("/", -1);
        if (template.length != actual.length) {
            return Optional.empty();
        }
        var variables = new LinkedHashMap<String, String>();
        for (int i = 0; i < template.length; i++) {
            String part = template[i];
            if (part.startsWith("{") && part.endsWith("}") && !actual[i].isEmpty()) {
                variables.put(part.substring(1, part.length() - 1), actual[i]);
            } else if (!part.equals(actual[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }
}
