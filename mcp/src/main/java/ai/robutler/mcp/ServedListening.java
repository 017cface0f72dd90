package ai.robutler.mcp;

import ai.robutler.core.AgentTool;
import ai.robutler.core.CancelledException;
import ai.robutler.core.EndpointReply;
import ai.robutler.core.EventSink;
import ai.robutler.core.Json;
import ai.robutler.core.ToolDefinition;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Clients that wait to hear of changes. Looked for again and again, so that it does not matter
 * which node makes them. A stream ends when its agent is replaced, after it has said so: the client
 * listens again, to the new one.
 */
final class ServedListening {
    private static final Duration EVERY = Duration.ofMillis(400);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** After so many looks a session is looked up again. */
    private static final int RENEW = 5;

    private static final int MOST_RESOURCES = 100;
    private static final String SUBSCRIPTION = ServedClient.META + "subscriptionId";

    private final ServedSessions sessions;
    private final ServedPrompting prompting;
    private final ServedReading reading;
    private final Semaphore streams;
    private final Set<String> listening = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    ServedListening(
            ServedSessions sessions,
            ServedPrompting prompting,
            ServedReading reading,
            McpApiSettings settings) {
        this.sessions = sessions;
        this.prompting = prompting;
        this.reading = reading;
        this.streams = new Semaphore(settings.streams());
    }

    /** All streams end soon, and no more begin. */
    void end() {
        ended = true;
    }

    /**
     * What a client wants to hear.
     *
     * @param id of the request that said so; missing where a session hears everything
     */
    private record Wish(
            boolean tools, boolean prompts, boolean resources, Set<String> uris, JsonNode id) {
        Wish {
            uris = Set.copyOf(uris);
        }

        static Wish of(ServedSession session) {
            return new Wish(
                    true, true, true, Set.copyOf(session.resources()), MissingNode.getInstance());
        }

        static Wish of(ServedCall call) {
            ObjectNode wanted = call.request().object("notifications");
            var uris = new LinkedHashSet<String>();
            boolean has = !call.agent().offerings(ServedResources.class).isEmpty();
            for (JsonNode uri : wanted.path("resourceSubscriptions")) {
                if (has && uri.isString() && uris.size() < MOST_RESOURCES) {
                    uris.add(uri.stringValue());
                }
            }
            return new Wish(
                    wanted.path("toolsListChanged").asBoolean(false),
                    wanted.path("promptsListChanged").asBoolean(false),
                    has && wanted.path("resourcesListChanged").asBoolean(false),
                    uris,
                    call.request().id());
        }

        ObjectNode agreed() {
            ObjectNode json = Json.object();
            flag(json, "toolsListChanged", tools);
            flag(json, "promptsListChanged", prompts);
            flag(json, "resourcesListChanged", resources);
            if (!uris.isEmpty()) {
                uris.forEach(json.putArray("resourceSubscriptions")::add);
            }
            return json;
        }

        private static void flag(ObjectNode json, String name, boolean value) {
            if (value) {
                json.put(name, true);
            }
        }
    }

    /** The stream of a request {@code subscriptions/listen}. */
    EndpointReply listen(ServedCall call) {
        Wish wish = Wish.of(call);
        requireRoom();
        return EndpointReply.events(
                sink -> {
                    try {
                        ObjectNode params = Json.object();
                        params.set("notifications", wish.agreed());
                        notify(sink, "notifications/subscriptions/acknowledged", params, wish);
                        watch(sink, call, Optional.empty(), wish);
                        ServedWork.event(sink, goodbye(call));
                    } finally {
                        streams.release();
                    }
                });
    }

    private static ObjectNode goodbye(ServedCall call) {
        ObjectNode json = Json.object().put("jsonrpc", "2.0");
        json.set("id", call.request().id());
        ObjectNode result = json.putObject("result").put("resultType", "complete");
        result.putObject("_meta").set(SUBSCRIPTION, call.request().id());
        return json;
    }

    /** The stream of a session. */
    EndpointReply listen(ServedHttp http, String name, ServedSession session) {
        if (!listening.add(session.key())) {
            throw ServedError.http(
                    409, ServedError.INVALID_REQUEST, "This session has a stream already.");
        }
        try {
            requireRoom();
        } catch (ServedError e) {
            listening.remove(session.key());
            throw e;
        }
        var request = new ServedMessage.Request(MissingNode.getInstance(), "", Json.object());
        var call = new ServedCall(http.context(), ServedClient.of(session), request, _ -> {});
        return EndpointReply.events(
                sink -> {
                    try {
                        // The first news may be an hour away.
                        sink.begin();
                        watch(sink, call, Optional.of(name), Wish.of(session));
                    } finally {
                        streams.release();
                        listening.remove(session.key());
                    }
                });
    }

    private void requireRoom() {
        if (ended || !streams.tryAcquire()) {
            throw ServedError.http(503, 503, "No more clients can listen now. Try again later.");
        }
    }

    /**
     * @param session the client's name for its session, where it has one: the stream ends with it
     */
    private void watch(EventSink sink, ServedCall call, Optional<String> session, Wish first) {
        Wish wish = first;
        var seen = new Seen();
        seen.changes(call, wish); // What is there now is no news.
        long until = System.nanoTime() + LONGEST.toNanos();
        for (int look = 1; !ended && System.nanoTime() - until < 0; look++) {
            pause();
            if (session.isPresent() && look % RENEW == 0) {
                Optional<ServedSession> found =
                        sessions.find(session.get(), call.agent().name(), call.context().caller());
                if (found.isEmpty()) {
                    return;
                }
                wish = Wish.of(found.get());
            }
            if (call.agent().isClosed()) {
                replaced(sink, wish);
                return;
            }
            for (Change change : seen.changes(call, wish)) {
                notify(sink, change.method(), change.params(), wish);
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(EVERY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("the client is gone");
        }
    }

    private static void replaced(EventSink sink, Wish wish) {
        if (wish.tools) {
            notify(sink, "notifications/tools/list_changed", Json.object(), wish);
        }
        if (wish.prompts) {
            notify(sink, "notifications/prompts/list_changed", Json.object(), wish);
        }
    }

    private static void notify(EventSink sink, String method, ObjectNode params, Wish wish) {
        if (!wish.id.isMissingNode()) {
            params.withObject("/_meta").set(SUBSCRIPTION, wish.id);
        }
        ObjectNode json = Json.object().put("jsonrpc", "2.0").put("method", method);
        if (!params.isEmpty()) {
            json.set("params", params);
        }
        ServedWork.event(sink, json);
    }

    private record Change(String method, ObjectNode params) {}

    /** What the client knows. */
    private final class Seen {
        private final Map<String, Integer> states = new HashMap<>();

        List<Change> changes(ServedCall call, Wish wish) {
            var changes = new ArrayList<Change>();
            list(changes, wish.tools, "tools", () -> tools(call));
            list(changes, wish.prompts, "prompts", () -> prompting.list(call));
            list(changes, wish.resources, "resources", () -> reading.list(call));
            for (String uri : wish.uris) {
                if (isNews("uri " + uri, version(call, uri))) {
                    changes.add(
                            new Change(
                                    "notifications/resources/updated",
                                    Json.object().put("uri", uri)));
                }
            }
            return changes;
        }

        private void list(
                List<Change> changes, boolean wanted, String what, Supplier<List<?>> list) {
            if (wanted && isNews(what, list.get().hashCode())) {
                changes.add(new Change("notifications/" + what + "/list_changed", Json.object()));
            }
        }

        private boolean isNews(String what, int state) {
            Integer before = states.put(what, state);
            return before != null && before != state;
        }

        private static List<ToolDefinition> tools(ServedCall call) {
            return call.agent().ownTools(call.context().caller()).stream()
                    .map(AgentTool::definition)
                    .toList();
        }

        private static int version(ServedCall call, String uri) {
            int version = 0;
            for (ServedResources skill : call.agent().offerings(ServedResources.class)) {
                version = 31 * version + skill.version(uri, call.context()).hashCode();
            }
            return version;
        }
    }
}
