package ai.robutler.mcp;

import ai.robutler.core.Json;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The requests of sessions that this node works on, and what it waits for meanwhile. What clients
 * say about them may come in at any node.
 */
final class ServedInflight implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServedInflight.class);
    private static final Duration EVERY = Duration.ofMillis(250);

    /** How many sessions are asked for at once. */
    private static final int AT_ONCE = 500;

    private record Key(String session, String ref) {}

    private final ServedMail mail;
    private final ConcurrentHashMap<Key, ServedWork> works = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Key, CompletableFuture<ObjectNode>> asked =
            new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("robutler-mcp-mail").factory());

    ServedInflight(ServedMail mail) {
        this.mail = mail;
        var _ =
                clock.scheduleWithFixedDelay(
                        this::collect, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Whether the request's id is free.
     *
     * @param id of the client's request
     */
    boolean begin(ServedSession session, JsonNode id, ServedWork work) {
        return works.putIfAbsent(new Key(session.key(), Json.write(id)), work) == null;
    }

    void end(ServedSession session, JsonNode id) {
        works.remove(new Key(session.key(), Json.write(id)));
    }

    /** The client wants the answer to this request no more. */
    void cancel(ServedSession session, JsonNode id) {
        deliver(
                new ServedMail.Letter(
                        session.key(), ServedMail.Kind.CANCEL, Json.write(id), Json.object()),
                true);
    }

    /** The session is over. */
    void cancelAll(ServedSession session) {
        works.forEach(
                (key, work) -> {
                    if (key.session().equals(session.key())) {
                        work.cancel();
                    }
                });
    }

    /** What will be the answer to a request of ours; {@link #forget} it in the end. */
    CompletableFuture<ObjectNode> ask(ServedSession session, String id) {
        return asked.computeIfAbsent(new Key(session.key(), id), _ -> new CompletableFuture<>());
    }

    void forget(ServedSession session, String id) {
        asked.remove(new Key(session.key(), id));
    }

    void answer(ServedSession session, ServedMessage.Response response) {
        deliver(
                new ServedMail.Letter(
                        session.key(), ServedMail.Kind.ANSWER, response.id(), response.json()),
                true);
    }

    private void deliver(ServedMail.Letter letter, boolean orPost) {
        var key = new Key(letter.session(), letter.ref());
        boolean isHere =
                switch (letter.kind()) {
                    case CANCEL -> {
                        ServedWork work = works.get(key);
                        if (work != null) {
                            work.cancel();
                        }
                        yield work != null;
                    }
                    case ANSWER -> {
                        CompletableFuture<ObjectNode> future = asked.get(key);
                        if (future != null) {
                            future.complete(letter.body());
                        }
                        yield future != null;
                    }
                };
        if (!isHere && orPost) {
            mail.post(letter);
        }
    }

    private void collect() {
        try {
            Set<String> sessions = new HashSet<>();
            works.keySet().forEach(key -> sessions.add(key.session()));
            List<String> all = new ArrayList<>(sessions);
            for (int from = 0; from < all.size(); from += AT_ONCE) {
                mail.take(all.subList(from, Math.min(all.size(), from + AT_ONCE)))
                        .forEach(letter -> deliver(letter, false));
            }
        } catch (RuntimeException e) {
            LOG.warn("what other nodes took in cannot be collected now: {}", e.toString());
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
