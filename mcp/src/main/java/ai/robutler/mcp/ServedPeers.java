package ai.robutler.mcp;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Json;
import ai.robutler.core.RunContext;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The client of one call, with or without a session. */
final class ServedPeers implements ServedPeer {
    static final RunContext.Key<ServedPeer> PEER = RunContext.Key.of("mcp.peer", ServedPeer.class);

    /** How long a person may think. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** Ends a call that is to be repeated with answers. */
    static final class InputRequired extends IllegalStateException {
        InputRequired() {
            super("the client is asked first");
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    private final ServedCall call;
    private final ServedInflight inflight;
    private final ServedAnswers answers;
    private double furthest = Double.NEGATIVE_INFINITY;
    private List<ObjectNode> content = List.of();
    private Optional<ServedError> missing = Optional.empty();

    ServedPeers(ServedCall call, ServedInflight inflight, ServedAnswers answers) {
        this.call = call;
        this.inflight = inflight;
        this.answers = answers;
    }

    @Override
    public boolean can(ServedAsk ask) {
        return call.client().can(ask.capability());
    }

    @Override
    public synchronized void progress(double progress, double total, String message) {
        if (progress > furthest && call.progress(progress, total, message)) {
            furthest = progress;
        }
    }

    /** One step further, where nobody knows how far it is. */
    synchronized void step(String message) {
        progress(furthest < 0 ? 1 : Math.floor(furthest) + 1, 0, message);
    }

    @Override
    public void log(ServedLevel level, JsonNode data) {
        if (call.client().logLevel().filter(least -> level.compareTo(least) >= 0).isPresent()) {
            ObjectNode params = Json.object().put("level", level.wire());
            params.set("data", data);
            call.notify("notifications/message", params.put("logger", call.agent().name()));
        }
    }

    @Override
    public Map<String, ObjectNode> ask(Map<String, ServedAsk> asks) {
        asks.values().forEach(this::require);
        return call.client().isModern() ? answered(asks) : await(asks);
    }

    private synchronized void require(ServedAsk ask) {
        if (!can(ask)) {
            ObjectNode data = Json.object();
            data.putObject("requiredCapabilities").putObject(ask.capability());
            missing =
                    Optional.of(
                            ServedError.http(
                                            400,
                                            ServedError.MISSING_CAPABILITY,
                                            "The client must be capable of " + ask.capability())
                                    .with(data));
            throw new IllegalStateException("the client is not capable of " + ask.capability());
        }
    }

    private Map<String, ObjectNode> answered(Map<String, ServedAsk> asks) {
        Map<String, ObjectNode> given = answers.of(asks);
        if (given.size() < asks.size()) {
            throw new InputRequired();
        }
        return given;
    }

    private Map<String, ObjectNode> await(Map<String, ServedAsk> asks) {
        ServedSession session = call.client().session().orElseThrow();
        var ids = new LinkedHashMap<String, String>();
        asks.keySet().forEach(name -> ids.put(name, "ask-" + UUID.randomUUID()));
        try {
            for (String id : ids.values()) {
                var _ = inflight.ask(session, id);
            }
            asks.forEach((name, ask) -> call.send(request(ids.get(name), ask)));
            var results = new LinkedHashMap<String, ObjectNode>();
            for (var each : asks.entrySet()) {
                String id = ids.getOrDefault(each.getKey(), "");
                results.put(each.getKey(), result(each.getValue(), inflight.ask(session, id)));
            }
            return results;
        } finally {
            ids.values().forEach(id -> inflight.forget(session, id));
        }
    }

    private static ObjectNode request(@Nullable String id, ServedAsk ask) {
        ObjectNode json =
                Json.object().put("jsonrpc", "2.0").put("id", id).put("method", ask.method());
        json.set("params", ask.params());
        return json;
    }

    private ObjectNode result(ServedAsk ask, CompletableFuture<ObjectNode> future) {
        Duration time = call.context().deadline().remaining();
        time = time.compareTo(PATIENCE) < 0 ? time : PATIENCE;
        try {
            ObjectNode json = future.get(Math.max(0, time.toNanos()), TimeUnit.NANOSECONDS);
            if (json.path("result") instanceof ObjectNode result && ask.fits(result)) {
                return result;
            }
            String why = json.path("error").path("message").asString("its answer has no sense");
            throw new IllegalStateException("the client failed: " + why);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("cancelled while the client was asked");
        } catch (TimeoutException e) {
            throw new IllegalStateException("the client did not answer in time", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the client's answer is lost", e);
        }
    }

    @Override
    public synchronized void content(List<ObjectNode> content) {
        this.content = new ArrayList<>(content);
    }

    synchronized List<ObjectNode> content() {
        return content;
    }

    /**
     * What the client gets instead of a result: it must be capable of more, or is asked first.
     *
     * @throws ServedError in the former case
     */
    Optional<ObjectNode> instead() {
        synchronized (this) {
            missing.ifPresent(
                    error -> {
                        throw error;
                    });
        }
        return answers.required();
    }
}
