package ai.robutler.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.robutler.core.Caller;
import ai.robutler.core.Json;
import ai.robutler.store.Database;

import org.jdbi.v3.core.Handle;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The sessions, in the database, so that each request may reach another node. They are bounded: the
 * one that was not used for longest makes room, a caller's own first.
 */
final class ServedSessions {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long SWEEP_EVERY_MS = 60_000;

    /** A session's last use is written down this often. */
    private static final long TOUCH_EVERY_MS = 30_000;

    /** A session ends some time, however much it is used. */
    private static final int LIVES = 48;

    private final Database database;
    private final McpApiSettings settings;
    private final InstantSource clock;
    private final AtomicLong nextSweep = new AtomicLong();

    ServedSessions(Database database, McpApiSettings settings, InstantSource clock) {
        this.database = database;
        this.settings = settings;
        this.clock = clock;
    }

    /** Begins a session, and tells the client's name for it. */
    String open(String agent, Caller caller, Revision revision, ObjectNode capabilities) {
        byte[] secret = new byte[32];
        RANDOM.nextBytes(secret);
        String name = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        long now = clock.millis();
        String subject = caller.subject();
        int most = subject.isEmpty() ? settings.anonymousSessions() : settings.sessionsPerCaller();
        String text = Json.write(capabilities);
        database.writeSoon(
                handle -> {
                    handle.execute(
                            "INSERT INTO mcp_sessions (id, agent, subject, revision, capabilities,"
                                    + " log_level, resources, created, used)"
                                    + " VALUES (?, ?, ?, ?, ?, '', '[]', ?, ?)",
                            key(name),
                            agent,
                            subject,
                            revision.date(),
                            text,
                            now,
                            now);
                    handle.execute(
                            "DELETE FROM mcp_sessions WHERE id IN (SELECT id FROM mcp_sessions"
                                    + " WHERE subject = ? ORDER BY used DESC, created DESC, id"
                                    + " LIMIT 1000 OFFSET ?)",
                            subject,
                            most);
                    sweep(handle, now);
                    return null;
                });
        return name;
    }

    /** What is too old goes, and the oldest of too many. */
    private void sweep(Handle handle, long now) {
        long due = nextSweep.get();
        if (now < due || !nextSweep.compareAndSet(due, now + SWEEP_EVERY_MS)) {
            return;
        }
        handle.execute(
                "DELETE FROM mcp_sessions WHERE used <= ? OR created <= ?",
                now - settings.sessionExpiry().toMillis(),
                now - LIVES * settings.sessionExpiry().toMillis());
        handle.execute(
                "DELETE FROM mcp_sessions WHERE id IN (SELECT id FROM mcp_sessions"
                        + " ORDER BY used DESC, id LIMIT 10000 OFFSET ?)",
                settings.sessions());
    }

    /**
     * The session of this name, if it is the caller's, with this agent, and has not ended. Nobody
     * learns whether somebody else's is there.
     */
    Optional<ServedSession> find(String name, String agent, Caller caller) {
        if (name.length() != 43) {
            return Optional.empty();
        }
        String key = key(name);
        long now = clock.millis();
        Optional<Row> found =
                database.read(
                        handle ->
                                handle.select(
                                                "SELECT agent, subject, revision, capabilities,"
                                                    + " log_level, resources, used FROM"
                                                    + " mcp_sessions WHERE id = ? AND used > ? AND"
                                                    + " created > ?",
                                                key,
                                                now - settings.sessionExpiry().toMillis(),
                                                now - LIVES * settings.sessionExpiry().toMillis())
                                        .map((row, _) -> Row.of(key, row))
                                        .findOne());
        found.filter(row -> row.used < now - touchEvery()).ifPresent(_ -> touch(key, now));
        return found.map(Row::session)
                .filter(session -> session.agent().equals(agent))
                .filter(session -> session.subject().equals(caller.subject()));
    }

    private long touchEvery() {
        return Math.min(TOUCH_EVERY_MS, settings.sessionExpiry().toMillis() / 4);
    }

    private void touch(String key, long now) {
        database.writeSoon(
                handle ->
                        handle.execute("UPDATE mcp_sessions SET used = ? WHERE id = ?", now, key));
    }

    /** The client is told of this and what is more important. */
    void logLevel(ServedSession session, ServedLevel level) {
        set(session, "log_level", level.wire());
    }

    /** What the client wants to hear about, instead of what it wanted before. */
    void resources(ServedSession session, List<String> uris) {
        ArrayNode list = Json.array();
        uris.forEach(list::add);
        set(session, "resources", Json.write(list));
    }

    private void set(ServedSession session, String column, String value) {
        database.writeSoon(
                handle ->
                        handle.execute(
                                "UPDATE mcp_sessions SET " + column + " = ? WHERE id = ?",
                                value,
                                session.key()));
    }

    void end(ServedSession session) {
        database.writeSoon(
                handle -> handle.execute("DELETE FROM mcp_sessions WHERE id = ?", session.key()));
    }

    static String key(String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private record Row(ServedSession session, long used) {
        static Row of(String key, ResultSet row) throws SQLException {
            var resources = new ArrayList<String>();
            for (JsonNode uri : Json.parse(row.getString(6))) {
                resources.add(uri.asString(""));
            }
            return new Row(
                    new ServedSession(
                            key,
                            row.getString(1),
                            row.getString(2),
                            Revision.of(row.getString(3)).orElse(Revision.V2025_06_18),
                            Json.parseObject(row.getString(4)),
                            ServedLevel.of(row.getString(5)),
                            resources),
                    row.getLong(7));
        }
    }
}
