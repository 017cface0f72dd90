package ai.robutler.discovery;

import ai.robutler.core.Json;
import ai.robutler.core.Scope;
import ai.robutler.store.Database;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The rows of what is listed. Whoever changes one notes it in the feed of the index. */
final class EntryTable {
    private static final String COLUMNS =
            "id, kind, owner, name, url, description, intents, tags, scope, price, health, failures,"
                    + " since, expires";
    private static final String PUBLISHED =
            " FROM discovery_published AS more WHERE more.entry = discovery_entry.id)";
    private static final String SELECT =
            "SELECT "
                    + COLUMNS
                    + ", (SELECT more.intents"
                    + PUBLISHED
                    + ", (SELECT more.expires"
                    + PUBLISHED
                    + " FROM discovery_entry ";
    private static final int AT_ONCE = 500;

    /** Never: an agent of this platform is listed for as long as a node has it. */
    static final long NEVER = Long.MAX_VALUE;

    private EntryTable() {}

    static List<Entry> byId(Handle handle, Collection<String> ids) {
        List<String> all = List.copyOf(ids);
        var found = new ArrayList<Entry>();
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            found.addAll(
                    handle.createQuery(SELECT + "WHERE id IN (<ids>)")
                            .bindList("ids", all.subList(from, Math.min(all.size(), from + AT_ONCE)))
                            .map((row, _) -> entry(row))
                            .list());
        }
        return found;
    }

    static Optional<Entry> byId(Handle handle, String id) {
        return byId(handle, List.of(id)).stream().findFirst();
    }

    /** Those of this owner and name: of the platform first, then what answers. */
    static List<Entry> named(Handle handle, String owner, String name, long now) {
        return handle.select(
                        SELECT
                                + "WHERE name = ? AND owner = ? AND expires > ? ORDER BY kind,"
                                + " CASE health WHEN 'UP' THEN 0 WHEN 'UNKNOWN' THEN 1 ELSE 2 END,"
                                + " id LIMIT 20",
                        name,
                        owner,
                        now)
                .map((row, _) -> entry(row))
                .list();
    }

    /** Those of the platform with this name. */
    static List<Entry> platform(Handle handle, String name) {
        return handle.select(
                        SELECT + "WHERE kind = 'PLATFORM' AND name = ? ORDER BY id LIMIT 100", name)
                .map((row, _) -> entry(row))
                .list();
    }

    /** Whether an agent of the platform has this name. */
    static boolean isOfPlatform(Handle handle, String name) {
        return isThere(
                handle, "SELECT 1 FROM discovery_entry WHERE kind = 'PLATFORM' AND name = ?", name);
    }

    /** Whether another registered agent is at this URL. */
    static boolean isTaken(Handle handle, String url, String id) {
        return isThere(
                handle,
                "SELECT 1 FROM discovery_entry WHERE kind = 'REMOTE' AND url = ? AND id <> ?",
                url,
                id);
    }

    private static boolean isThere(Handle handle, String sql, Object... arguments) {
        return handle.select(sql + " LIMIT 1", arguments).mapTo(Integer.class).findOne().isPresent();
    }

    static int countRemote(Handle handle, String owner) {
        return handle.select(
                        "SELECT count(*) FROM discovery_entry WHERE kind = 'REMOTE' AND owner = ?",
                        owner)
                .mapTo(Integer.class)
                .one();
    }

    /**
     * Writes all of an entry but what its owner published beside it.
     *
     * @param nextProbe when it is looked at, for those that are registered
     */
    static void put(Handle handle, Entry entry, long nextProbe) {
        handle.execute(
                "INSERT INTO discovery_entry ("
                        + COLUMNS
                        + ", next_probe) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (id) DO UPDATE SET owner = excluded.owner,"
                        + " name = excluded.name, url = excluded.url,"
                        + " description = excluded.description, intents = excluded.intents,"
                        + " tags = excluded.tags, scope = excluded.scope, price = excluded.price,"
                        + " health = excluded.health, failures = excluded.failures,"
                        + " next_probe = excluded.next_probe, expires = excluded.expires",
                entry.id(),
                entry.kind().name(),
                entry.owner(),
                entry.name(),
                entry.url(),
                entry.description(),
                texts(entry.intents()),
                texts(entry.tags()),
                entry.scope().name(),
                entry.priceNanoUsd().orElse(-1),
                entry.health().name(),
                entry.failures(),
                entry.since(),
                entry.expires(),
                nextProbe);
    }

    static void publish(Handle handle, String id, List<String> intents, long until) {
        handle.execute(
                "INSERT INTO discovery_published (entry, intents, expires) VALUES (?, ?, ?)"
                        + " ON CONFLICT (entry) DO UPDATE SET intents = excluded.intents,"
                        + " expires = excluded.expires",
                id,
                texts(intents),
                until);
    }

    /** Takes away what owners added for a time that is over; the ids of the entries. */
    static List<String> deletePublished(Handle handle, long now, int most) {
        return handle.select(
                        "DELETE FROM discovery_published WHERE entry IN (SELECT entry FROM"
                                + " discovery_published WHERE expires <= ? LIMIT ?) RETURNING entry",
                        now,
                        most)
                .mapTo(String.class)
                .list();
    }

    static void prolong(Handle handle, String id, long expires) {
        handle.execute("UPDATE discovery_entry SET expires = ? WHERE id = ?", expires, id);
    }

    static boolean delete(Handle handle, String id) {
        return handle.execute("DELETE FROM discovery_entry WHERE id = ?", id) > 0;
    }

    /** Whether there is anything to take away. */
    static boolean isOver(Handle handle, long now) {
        return isThere(handle, "SELECT 1 FROM discovery_entry WHERE expires <= ?", now)
                || isThere(handle, "SELECT 1 FROM discovery_published WHERE expires <= ?", now)
                || isThere(handle, "SELECT 1 FROM discovery_challenge WHERE expires <= ?", now)
                || isThere(handle, "SELECT 1 FROM discovery_proof WHERE expires <= ?", now)
                || isThere(handle, "SELECT 1 FROM discovery_pace WHERE minute < ?", Pace.past(now));
    }

    /** Takes away what has expired; the ids. */
    static List<String> deleteExpired(Handle handle, long now, int most) {
        return handle.select(
                        "DELETE FROM discovery_entry WHERE id IN (SELECT id FROM discovery_entry"
                                + " WHERE expires <= ? ORDER BY expires LIMIT ?) RETURNING id",
                        now,
                        most)
                .mapTo(String.class)
                .list();
    }

    /** Whether an entry is due for a look. */
    static boolean isDue(Handle handle, long now) {
        return isThere(
                handle,
                "SELECT 1 FROM discovery_entry WHERE kind = 'REMOTE' AND next_probe <= ?",
                now);
    }

    /**
     * Takes entries that are due for a look. They are due again after {@code pause}, whoever looks;
     * no two nodes get the same one.
     */
    static List<Entry> claim(
            Handle handle, Database.Kind kind, long now, long again, int most) {
        String lock =
                switch (kind) {
                    case SQLITE -> "";
                    case POSTGRESQL -> " FOR UPDATE SKIP LOCKED";
                };
        return handle.select(
                        "UPDATE discovery_entry SET next_probe = ? WHERE id IN (SELECT id FROM"
                                + " discovery_entry WHERE kind = 'REMOTE' AND next_probe <= ?"
                                + " AND expires > ? ORDER BY next_probe LIMIT ?"
                                + lock
                                + ") RETURNING "
                                + COLUMNS
                                + ", NULL, 0",
                        again,
                        now,
                        now,
                        most)
                .map((row, _) -> entry(row))
                .list();
    }

    /** What came of a look, unless the entry is another by now; whether it is. */
    static boolean looked(Handle handle, Entry entry, Health health, int failures, long next) {
        return handle.execute(
                        "UPDATE discovery_entry SET health = ?, failures = ?, next_probe = ?"
                                + " WHERE id = ? AND url = ?",
                        health.name(),
                        failures,
                        next,
                        entry.id(),
                        entry.url())
                > 0;
    }

    /** A page in the order of names, of those that somebody with these scopes may see. */
    static List<Entry> page(Handle handle, Listing listing, Listing.Sight sight, long now) {
        var sql = new StringBuilder(SELECT).append("WHERE expires > :now");
        if (!sight.all()) {
            sql.append(" AND (scope IN (<scopes>)");
            sql.append(sight.owner().isEmpty() ? ")" : " OR owner = :me)");
        }
        listing.owner().ifPresent(_ -> sql.append(" AND owner = :owner"));
        listing.name().ifPresent(_ -> sql.append(" AND name = :name"));
        listing.after().ifPresent(_ -> sql.append(" AND (name, id) > (:afterName, :afterId)"));
        sql.append(" ORDER BY name, id LIMIT :limit");
        var query = handle.createQuery(sql.toString()).bind("now", now);
        query.bind("limit", listing.limit() + 1);
        if (!sight.all()) {
            query.bindList("scopes", List.copyOf(sight.scopes()));
            if (!sight.owner().isEmpty()) {
                query.bind("me", sight.owner());
            }
        }
        listing.owner().ifPresent(owner -> query.bind("owner", owner));
        listing.name().ifPresent(name -> query.bind("name", name));
        listing.after()
                .ifPresent(
                        after -> query.bind("afterName", after.name()).bind("afterId", after.id()));
        return query.map((row, _) -> entry(row)).list();
    }

    /** How many there are by health, those of the platform and the registered. */
    static long count(Handle handle, Entry.Kind kind, @Nullable Health health) {
        String more = health == null ? "" : " AND health = '" + health.name() + "'";
        return handle.select(
                        "SELECT count(*) FROM discovery_entry WHERE kind = ?" + more, kind.name())
                .mapTo(Long.class)
                .one();
    }

    private static String texts(List<String> texts) {
        return Json.write(Json.tree(texts));
    }

    private static List<String> texts(String json) {
        var texts = new ArrayList<String>();
        for (JsonNode text : Json.parse(json)) {
            texts.add(text.asString());
        }
        return texts;
    }

    private static Entry entry(ResultSet row) throws SQLException {
        long price = row.getLong(10);
        String published = row.getString(15);
        return new Entry(
                row.getString(1),
                Entry.Kind.valueOf(row.getString(2)),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                texts(row.getString(7)),
                published == null ? List.of() : texts(published),
                row.getLong(16),
                texts(row.getString(8)),
                new Scope(row.getString(9)),
                price < 0 ? OptionalLong.empty() : OptionalLong.of(price),
                Health.valueOf(row.getString(11)),
                row.getInt(12),
                row.getLong(13),
                row.getLong(14));
    }
}
