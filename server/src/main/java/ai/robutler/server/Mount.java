package ai.robutler.server;

import ai.robutler.core.Agent;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Deadline;

import java.util.List;

/**
 * Endpoints of the platform itself, below a path of their own.
 *
 * @param prefix the path's segments
 * @param host has the endpoints, and nothing else
 * @param isOpen whether nobody is asked who calls, whatever credentials come along
 */
record Mount(List<String> prefix, Agent host, boolean isOpen) {

    /**
     * @throws IllegalArgumentException if the object has no endpoints, or one of its methods cannot
     *     be one
     */
    static Mount of(String path, Object skill, boolean isOpen) {
        Agent host =
                Agent.builder("platform")
                        .model("platform/none", new NoModel())
                        .skill(skill)
                        .build();
        if (!path.startsWith("/") || host.endpoints().isEmpty()) {
            throw new IllegalArgumentException(
                    "a path such as /api/x and an object with @HttpEndpoint methods are needed");
        }
        return new Mount(RequestPath.parse(path).segments(), host, isOpen);
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
