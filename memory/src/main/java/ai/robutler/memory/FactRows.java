package ai.robutler.memory;

import ai.robutler.core.Json;
import ai.robutler.search.ChangeFeed;
import ai.robutler.search.SearchDocument;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

import tools.jackson.databind.JsonNode;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The table of facts. Each method is for a transaction; what is written is told to the index. */
final class FactRows {
    static final ChangeFeed FEED = new ChangeFeed("memory-facts");

    private static final String FACT =
            "SELECT id, agent, user_id, via, content, importance, tags, created, updated, expires"
                    + " FROM memory_facts";
    private static final String OWNED =
            " WHERE agent = ? AND user_id = ? AND via = ? AND (expires = 0 OR expires > ?)";

    private FactRows() {}

    /** What is found by words: the index asks for it. */
    static List<SearchDocument> documents(Handle handle, List<String> ids) {
        return handle.createQuery(FACT + " WHERE id IN (<ids>)")
                .bindList("ids", ids)
                .map((row, _) -> fact(row))
                .map(FactRows::document)
                .list();
    }

    private static SearchDocument document(Fact fact) {
        return SearchDocument.of(fact.id(), fact.content())
                .withTitle(String.join(" ", fact.tags()))
                .with("owner", fact.owner().key())
                .with("tag", fact.tags());
    }

    static List<Fact> all(Handle handle, MemoryOwner owner, long now) {
        return list(
                handle.select(
                        FACT + OWNED + " ORDER BY updated DESC, id DESC",
                        owner.agent(),
                        owner.user(),
                        owner.via(),
                        now));
    }

    /** The facts of these ids that are the owner's, in any order. */
    static List<Fact> some(Handle handle, MemoryOwner owner, List<String> ids, long now) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return handle.createQuery(
                        FACT
                                + " WHERE agent = :agent AND user_id = :user AND via = :via"
                                + " AND (expires = 0 OR expires > :now) AND id IN (<ids>)")
                .bind("agent", owner.agent())
                .bind("user", owner.user())
                .bind("via", owner.via())
                .bind("now", now)
                .bindList("ids", ids)
                .map((row, _) -> fact(row))
                .list();
    }

    /** A page of all that is known of a user, by id. */
    static List<Fact> ofUser(Handle handle, String user, String after, int limit) {
        return list(
                handle.select(
                        FACT + " WHERE user_id = ? AND id > ? ORDER BY id LIMIT ?",
                        user,
                        after,
                        limit));
    }

    /** Adds a fact; one of the same words, which somebody was quicker with, is overwritten. */
    static void put(Handle handle, Fact fact) {
        handle.execute(
                "INSERT INTO memory_facts (id, agent, user_id, via, content, fingerprint,"
                        + " importance, tags, created, updated, expires)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (agent, user_id, via, fingerprint) DO UPDATE SET"
                        + " content = excluded.content, importance = CASE WHEN"
                        + " memory_facts.importance > excluded.importance"
                        + " THEN memory_facts.importance ELSE excluded.importance END,"
                        + " tags = excluded.tags, updated = excluded.updated,"
                        + " expires = excluded.expires",
                fact.id(),
                fact.owner().agent(),
                fact.owner().user(),
                fact.owner().via(),
                fact.content(),
                FactWords.of(fact.content()).fingerprint(),
                fact.importance(),
                Json.write(Json.tree(fact.tags())),
                fact.created().toEpochMilli(),
                fact.updated().toEpochMilli(),
                fact.expires().map(Instant::toEpochMilli).orElse(0L));
    }

    /** The id under which the words of a fact are kept. */
    static String idOf(Handle handle, Fact fact) {
        return handle.select(
                        "SELECT id FROM memory_facts"
                                + " WHERE agent = ? AND user_id = ? AND via = ? AND fingerprint = ?",
                        fact.owner().agent(),
                        fact.owner().user(),
                        fact.owner().via(),
                        FactWords.of(fact.content()).fingerprint())
                .mapTo(String.class)
                .one();
    }

    static boolean remove(Handle handle, String id) {
        return handle.execute("DELETE FROM memory_facts WHERE id = ?", id) == 1;
    }

    static List<String> expired(Handle handle, long now, int limit) {
        return handle.select(
                        "SELECT id FROM memory_facts WHERE expires > 0 AND expires <= ? LIMIT ?",
                        now,
                        limit)
                .mapTo(String.class)
                .list();
    }

    /** The oldest facts of callers whom nobody knows, beyond so many. */
    static List<String> strangers(Handle handle, int most, int limit) {
        return handle.select(
                        "SELECT id FROM memory_facts WHERE user_id = ''"
                                + " ORDER BY updated DESC LIMIT ? OFFSET ?",
                        limit,
                        most)
                .mapTo(String.class)
                .list();
    }

    private static List<Fact> list(Query query) {
        return query.map((row, _) -> fact(row)).list();
    }

    private static Fact fact(ResultSet row) throws SQLException {
        long expires = row.getLong(10);
        return new Fact(
                row.getString(1),
                new MemoryOwner(row.getString(2), row.getString(3), row.getString(4)),
                row.getString(5),
                row.getInt(6),
                Json.parse(row.getString(7)).valueStream().map(JsonNode::asString).toList(),
                Instant.ofEpochMilli(row.getLong(8)),
                Instant.ofEpochMilli(row.getLong(9)),
                expires == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(expires)));
    }
}
