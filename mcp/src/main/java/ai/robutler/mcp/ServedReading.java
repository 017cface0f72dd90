package ai.robutler.mcp;

import ai.robutler.core.Json;

import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The resources that an agent's skills offer. */
final class ServedReading {
    private static final int MOST_SUBSCRIPTIONS = 100;
    private static final int LONGEST_URI = 2_048;

    private final ServedSessions sessions;

    ServedReading(ServedSessions sessions) {
        this.sessions = sessions;
    }

    List<ObjectNode> list(ServedCall call) {
        var list = new ArrayList<ObjectNode>();
        skills(call).forEach(skill -> list.addAll(skill.resources(call.context())));
        return list;
    }

    List<ObjectNode> templates(ServedCall call) {
        var list = new ArrayList<ObjectNode>();
        skills(call).forEach(skill -> list.addAll(skill.templates(call.context())));
        return list;
    }

    private static List<ServedResources> skills(ServedCall call) {
        return call.agent().offerings(ServedResources.class);
    }

    ObjectNode read(ServedCall call, ServedPeers peer) {
        String uri = call.request().text("uri");
        for (ServedResources skill : skills(call)) {
            Optional<List<ObjectNode>> contents;
            try {
                contents = skill.read(uri, call.context());
            } catch (IllegalStateException e) {
                Optional<ObjectNode> instead = peer.instead();
                if (instead.isPresent()) {
                    return instead.get();
                }
                throw e;
            }
            if (contents.isPresent()) {
                ObjectNode result = Json.object();
                result.set("contents", Json.array(contents.get()));
                return result;
            }
        }
        int code =
                call.client().isModern()
                        ? ServedError.INVALID_PARAMS
                        : ServedError.RESOURCE_NOT_FOUND;
        throw ServedError.of(code, "Resource not found").with(Json.object().put("uri", uri));
    }

    ObjectNode subscribe(ServedCall call, boolean wanted) {
        String uri = call.request().text("uri");
        ServedSession session = call.client().session().orElseThrow();
        Set<String> uris = new LinkedHashSet<>(session.resources());
        boolean changed = wanted ? uris.add(uri) : uris.remove(uri);
        if (uris.size() > MOST_SUBSCRIPTIONS || uri.length() > LONGEST_URI) {
            throw ServedError.invalidParams(
                    "A session hears of " + MOST_SUBSCRIPTIONS + " resources at most");
        }
        if (changed) {
            sessions.resources(session, List.copyOf(uris));
        }
        return Json.object();
    }
}
