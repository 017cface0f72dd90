package ai.robutler.server;

import ai.robutler.core.Agent;
import ai.robutler.core.AgentEndpoint;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Deadline;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Endpoints of the platform itself, below a path of their own.
 *
 * @param prefix the path's segments
 * @param host has the endpoints, and nothing else
 * @param isOpen whether nobody is asked who calls, whatever credentials come along
 */
record Mount(List<String> prefix, Agent host, boolean isOpen) {

    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9~-][A-Za-z0-9._~-]*)+");
    private static final Set<String> FREE = Set.of("api", "docs", "ui");

    /**
     * The host's name, new for each process: credentials that are limited to agents by name must
     * never reach the platform's own endpoints, whatever agents are called.
     */
    private static final String HOST = "platform-" + UUID.randomUUID();

    private static final String WELL_KNOWN = "/.well-known";

    /**
     * @throws IllegalArgumentException if the path is an agent's or one of the server's own, if the
     *     object has no endpoints, or one of its methods cannot be one
     */
    static Mount of(String path, Object skill, boolean isOpen) {
        if (!isFree(path)) {
            throw new IllegalArgumentException(
                    "endpoints of the platform are below /api, /docs, /ui or /.well-known, not at '"
                            + path
                            + "'");
        }
        return new Mount(RequestPath.parse(path).segments(), host(skill), isOpen);
    }

    /**
     * The endpoints of an object.
     *
     * @throws IllegalArgumentException if it has none, or one of its methods cannot be one
     */
    static List<AgentEndpoint> endpoints(Object skill) {
        return host(skill).endpoints();
    }

    private static Agent host(Object skill) {
        Agent host = Agent.builder(HOST).model("platform/none", new NoModel()).skill(skill).build();
        if (host.endpoints().isEmpty()) {
            throw new IllegalArgumentException(
                    skill.getClass().getName() + " has no method with @HttpEndpoint");
        }
        return host;
    }

    /** Whether no agent can be there, and nothing else of the server is. */
    private static boolean isFree(String path) {
        if (path.equals(WELL_KNOWN)) {
            return true;
        }
        if (path.startsWith(WELL_KNOWN + "/")) {
            return PATH.matcher(path.substring(WELL_KNOWN.length())).matches();
        }
        return PATH.matcher(path).matches() && FREE.contains(path.split("/")[1]);
    }

    boolean holds(List<String> segments) {
        return segments.size() > prefix.size() && segments.subList(0, prefix.size()).equals(prefix);
    }

    String template(String below) {
        return "/" + String.join("/", prefix) + below;
    }

    /** The platform converses with nobody. */
    private static final class NoModel implements Completer {
        @Override
        public ChatCompletion complete(ChatRequest request, Deadline deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ChatStream stream(ChatRequest request, Deadline deadline) {
            throw new UnsupportedOperationException();
        }
    }
}
