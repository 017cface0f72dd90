package ai.robutler.identity;

import ai.robutler.core.Budget;
import ai.robutler.core.Json;
import ai.robutler.store.Database;
import ai.robutler.store.Prepared;
import ai.robutler.store.Work;

import org.jdbi.v3.core.statement.PreparedBatch;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The table of API keys. Thread-safe. */
record ApiKeyTable(Database database) {
    private static final String SELECT =
            "SELECT id, hash, user_id, name, scopes, agents, budgets, created, expires, revoked,"
                    + " last_used FROM identity_api_keys";

    /**
     * A row as it stands: it is read further only for who has the secret.
     *
     * @param hash what the secret is compared with
     */
    record Row(
            String id,
            String hash,
            String user,
            String name,
            String scopes,
            String agents,
            String budgets,
            long created,
            long expires,
            long revoked,
            long lastUsed) {
        ApiKey key() {
            return new ApiKey(
                    id,
                    user,
                    name,
                    names(scopes),
                    names(agents),
                    ApiKeyTable.budgets(budgets),
                    Instant.ofEpochMilli(created),
                    instant(expires),
                    instant(revoked),
                    instant(lastUsed));
        }
    }

    void insert(String id, String hash, NewApiKey key, Instant created) {
        database.write(
                handle ->
                        handle.execute(
                                "INSERT INTO identity_api_keys (id, hash, user_id, name, scopes,"
                                        + " agents, budgets, created, expires)"
                                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                id,
                                hash,
                                key.user(),
                                key.name(),
                                write(key.scopes()),
                                write(key.agents()),
                                budgets(key.budgets()),
                                created.toEpochMilli(),
                                key.expires().map(Instant::toEpochMilli).orElse(0L)));
    }

    Optional<Row> find(String id) {
        return database.read(
                Work.ofOneStatement(
                        handle -> {
                            try (Prepared find = Prepared.of(handle, SELECT + " WHERE id = ?")) {
                                return find.with(id).query().next()
                                        ? Optional.of(row(find))
                                        : Optional.empty();
                            }
                        }));
    }

    List<ApiKey> list(Optional<String> user) {
        return database.read(
                handle ->
                        (user.isPresent()
                                        ? handle.select(
                                                SELECT + " WHERE user_id = ? ORDER BY created, id",
                                                user.get())
                                        : handle.select(SELECT + " ORDER BY user_id, created, id"))
                                .map((row, _) -> row(row).key())
                                .list());
    }

    boolean revoke(String id, Instant now) {
        return revoke("id", id, now) > 0;
    }

    int revokeAll(String user, Instant now) {
        return revoke("user_id", user, now);
    }

    private int revoke(String column, String value, Instant now) {
        return database.write(
                handle ->
                        handle.execute(
                                "UPDATE identity_api_keys SET revoked = ? WHERE "
                                        + column
                                        + " = ? AND revoked = 0",
                                now.toEpochMilli(),
                                value));
    }

    void used(Map<String, Instant> times) {
        database.write(
                handle -> {
                    PreparedBatch batch =
                            handle.prepareBatch(
                                    "UPDATE identity_api_keys SET last_used = ?"
                                            + " WHERE id = ? AND last_used < ?");
                    times.forEach((id, at) -> batch.add(at.toEpochMilli(), id, at.toEpochMilli()));
                    return batch.execute().length;
                });
    }

    private static Row row(Prepared row) {
        return new Row(
                row.text(1),
                row.text(2),
                row.text(3),
                row.text(4),
                row.text(5),
                row.text(6),
                row.text(7),
                row.number(8),
                row.number(9),
                row.number(10),
                row.number(11));
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getString("id"),
                row.getString("hash"),
                row.getString("user_id"),
                row.getString("name"),
                row.getString("scopes"),
                row.getString("agents"),
                row.getString("budgets"),
                row.getLong("created"),
                row.getLong("expires"),
                row.getLong("revoked"),
                row.getLong("last_used"));
    }

    private static Optional<Instant> instant(long millis) {
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private static String write(Collection<String> names) {
        ArrayNode array = Json.array();
        names.stream().sorted().forEach(array::add);
        return Json.write(array);
    }

    private static Set<String> names(String json) {
        var names = new LinkedHashSet<String>();
        Json.parse(json).forEach(each -> names.add(each.asString()));
        return names;
    }

    private static String budgets(List<Budget> budgets) {
        ArrayNode array = Json.array();
        for (Budget budget : budgets) {
            array.addObject()
                    .put("period", budget.period().name().toLowerCase(Locale.ROOT))
                    .put("nano_usd", budget.nanoUsd());
        }
        return Json.write(array);
    }

    private static List<Budget> budgets(String json) {
        var budgets = new ArrayList<Budget>();
        for (JsonNode each : Json.parse(json)) {
            String period = each.path("period").asString().toUpperCase(Locale.ROOT);
            budgets.add(
                    new Budget(Budget.Period.valueOf(period), each.path("nano_usd").longValue()));
        }
        return budgets;
    }
}
