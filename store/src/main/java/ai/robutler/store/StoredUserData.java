package ai.robutler.store;

import ai.robutler.core.Json;
import ai.robutler.core.UserData;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** What is kept of users for a while: continuations of mixed turns, and answers. */
public final class StoredUserData implements UserData {
    private static final int PAGE = 100;

    private final Database database;
    private final String name;
    private final String table;
    private final String column;

    /**
     * @param table and its column: names in the program, never a user's text
     */
    private StoredUserData(Database database, String name, String table, String column) {
        this.database = database;
        this.name = name;
        this.table = table;
        this.column = column;
    }

    /** That of a database which has the tables of the module {@code store}. */
    public static List<UserData> of(Database database) {
        return List.of(
                new StoredUserData(database, "continuations", "continuations", "messages"),
                new StoredUserData(database, "answers", "answers", "answer"));
    }

    @Override
    public String name() {
        return name;
    }

    private record Row(String id, String content, long expires) {}

    @Override
    public void export(String user, Consumer<JsonNode> items) {
        String after = "";
        List<Row> page;
        do {
            page = page(user, after);
            page.forEach(row -> items.accept(json(row)));
            after = page.isEmpty() ? "" : page.getLast().id();
        } while (!page.isEmpty());
    }

    private List<Row> page(String user, String after) {
        return database.read(
                handle ->
                        handle.select(
                                        "SELECT id, %s, expires FROM %s WHERE user_id = ? AND id > ?"
                                                        .formatted(column, table)
                                                + " AND user_id <> '' ORDER BY id LIMIT ?",
                                        user,
                                        after,
                                        PAGE)
                                .map(
                                        (row, _) ->
                                                new Row(
                                                        row.getString(1),
                                                        row.getString(2),
                                                        row.getLong(3)))
                                .list());
    }

    private static ObjectNode json(Row row) {
        ObjectNode json =
                Json.object().put("expires", Instant.ofEpochMilli(row.expires()).toString());
        if (!row.content().isEmpty()) {
            json.set("content", Json.parse(row.content()));
        }
        return json;
    }

    @Override
    public Deletion delete(String user) {
        return new Deletion(
                database.write(
                        handle ->
                                handle.execute(
                                        "DELETE FROM %s WHERE user_id = ? AND user_id <> ''"
                                                .formatted(table),
                                        user)));
    }
}
