package ai.robutler.search;

import ai.robutler.store.Database;

import org.jdbi.v3.core.Handle;

import java.util.List;
import java.util.Set;

/** A table that is searched: notes of users. */
record Notes(Database database) {
    static final ChangeFeed FEED = new ChangeFeed("notes");

    static Notes in(Database database) {
        database.migrate("search");
        database.write(
                handle ->
                        handle.execute(
                                "CREATE TABLE IF NOT EXISTS notes (id TEXT NOT NULL PRIMARY KEY,"
                                        + " owner TEXT NOT NULL, words TEXT NOT NULL)"));
        return new Notes(database);
    }

    static IndexOptions options() {
        return IndexOptions.of(FEED, Notes::load).ownedBy("owner");
    }

    private static List<SearchDocument> load(Handle handle, List<String> ids) {
        return handle.createQuery("SELECT id, owner, words FROM notes WHERE id IN (<ids>)")
                .bindList("ids", ids)
                .map(
                        (row, _) ->
                                SearchDocument.of(row.getString(1), row.getString(3))
                                        .with("owner", row.getString(2)))
                .list();
    }

    void put(String id, String owner, String words) {
        database.write(
                handle -> {
                    put(handle, id, owner, words);
                    return FEED.changed(handle, Set.of(id));
                });
    }

    static void put(Handle handle, String id, String owner, String words) {
        handle.execute(
                "INSERT INTO notes (id, owner, words) VALUES (?, ?, ?)"
                        + " ON CONFLICT (id) DO UPDATE SET words = excluded.words",
                id,
                owner,
                words);
    }

    void remove(String id) {
        database.write(
                handle -> {
                    handle.execute("DELETE FROM notes WHERE id = ?", id);
                    return FEED.removed(handle, Set.of(id));
                });
    }

    static SearchQuery query(String owner, String words) {
        return SearchQuery.of(words).only("owner", owner);
    }
}
