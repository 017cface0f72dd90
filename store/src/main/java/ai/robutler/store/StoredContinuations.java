package ai.robutler.store;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.Continuations;
import ai.robutler.core.Json;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Continuations in the database, so that the client may return to any node, and after a restart.
 * Its tables are those of the module {@code store}, see {@link Database#migrate}. Both methods
 * throw {@link ai.robutler.core.UnavailableException} while the database is away. Thread-safe.
 */
public final class StoredContinuations implements Continuations {
    private static final Logger LOG = LoggerFactory.getLogger(StoredContinuations.class);
    private static final long SWEEP_EVERY = Duration.ofMinutes(1).toMillis();
    private static final int SWEEP_AT_ONCE = 10_000;
    private static final String NOTHING = "[]";

    /**
     * How much is kept.
     *
     * @param keys how many keys, of whatever size; a few more for up to a minute
     * @param bytes how much text under one key; what is larger is not kept
     * @param time how long a key is kept after its last use, half of it at least
     */
    public record Bounds(int keys, int bytes, Duration time) {
        public Bounds {
            if (keys < 1 || bytes < 1 || time.toMillis() < 1) {
                throw new IllegalArgumentException("bounds must be positive");
            }
        }

        /** 100,000 keys, 1 MB each, for an hour. */
        public static Bounds standard() {
            return new Bounds(100_000, 1 << 20, Duration.ofHours(1));
        }
    }

    private record Row(String messages, boolean awaited, long expires) {}

    private final Database database;
    private final Bounds bounds;
    private final InstantSource clock;
    private final AtomicLong nextSweep = new AtomicLong();

    public StoredContinuations(Database database) {
        this(database, Bounds.standard(), InstantSource.system());
    }

    /**
     * @param clock must be about the same on all nodes
     */
    public StoredContinuations(Database database, Bounds bounds, InstantSource clock) {
        this.database = database;
        this.bounds = bounds;
        this.clock = clock;
    }

    @Override
    public void save(String key, List<ChatMessage> messages) {
        save(key, "", messages);
    }

    @Override
    public void save(String key, String user, List<ChatMessage> messages) {
        String text = text(messages);
        long now = clock.millis();
        database.write(
                handle -> {
                    sweep(handle, now);
                    if (insert(handle, key, user, text, now, "DO NOTHING") == 0) {
                        replace(handle, key, user, messages, text, now);
                    }
                    return null;
                });
        long due = nextSweep.get();
        if (now >= due) {
            nextSweep.compareAndSet(due, now + SWEEP_EVERY);
        }
    }

    private String text(List<ChatMessage> messages) {
        String text = Json.write(Json.array(messages.stream().map(ChatMessage::json).toList()));
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes <= bounds.bytes()) {
            return text;
        }
        LOG.warn("A run's {} messages of {} bytes are too large to keep.", messages.size(), bytes);
        return NOTHING;
    }

    private int insert(
            Handle handle, String key, String user, String text, long now, String onConflict) {
        return handle.execute(
                "INSERT INTO continuations (id, user_id, messages, awaited, expires)"
                        + " VALUES (?, ?, ?, 1, ?)"
                        + " ON CONFLICT (id) "
                        + onConflict,
                key,
                user,
                text,
                now + bounds.time().toMillis());
    }

    private void replace(
            Handle handle,
            String key,
            String user,
            List<ChatMessage> messages,
            String text,
            long now) {
        // Holds the row, so that two nodes do not overlook each other.
        handle.execute("UPDATE continuations SET awaited = awaited WHERE id = ?", key);
        boolean ambiguous =
                row(handle, key, now)
                        .filter(before -> before.awaited)
                        .map(before -> !Continuations.isSame(messages(before.messages), messages))
                        .orElse(false);
        insert(
                handle,
                key,
                user,
                ambiguous ? NOTHING : text,
                now,
                "DO UPDATE SET messages = excluded.messages, awaited = 1, expires = excluded.expires");
    }

    @Override
    public Optional<List<ChatMessage>> find(String key) {
        long now = clock.millis();
        long half = now + bounds.time().toMillis() / 2;
        Optional<Row> found = database.read(handle -> row(handle, key, now));
        if (found.filter(row -> row.awaited || row.expires < half).isPresent()) {
            database.write(
                    handle ->
                            handle.execute(
                                    "UPDATE continuations SET awaited = 0, expires = ? WHERE id = ?",
                                    now + bounds.time().toMillis(),
                                    key));
        }
        return found.map(row -> messages(row.messages)).filter(messages -> !messages.isEmpty());
    }

    private static Optional<Row> row(Handle handle, String key, long now) {
        return handle.select(
                        "SELECT messages, awaited, expires FROM continuations"
                                + " WHERE id = ? AND expires > ?",
                        key,
                        now)
                .map((row, _) -> new Row(row.getString(1), row.getInt(2) == 1, row.getLong(3)))
                .findOne();
    }

    private static List<ChatMessage> messages(String text) {
        var messages = new ArrayList<ChatMessage>();
        for (JsonNode message : Json.parse(text)) {
            messages.add(new ChatMessage((ObjectNode) message));
        }
        return List.copyOf(messages);
    }

    /** Once a minute: what has expired goes, and the oldest of too many. */
    private void sweep(Handle handle, long now) {
        if (now < nextSweep.get()) {
            return;
        }
        handle.execute(
                "DELETE FROM continuations WHERE id IN"
                        + " (SELECT id FROM continuations WHERE expires <= ? LIMIT ?)",
                now,
                SWEEP_AT_ONCE);
        handle.execute(
                "DELETE FROM continuations WHERE id IN"
                        + " (SELECT id FROM continuations ORDER BY expires DESC LIMIT ? OFFSET ?)",
                SWEEP_AT_ONCE,
                bounds.keys());
    }
}
