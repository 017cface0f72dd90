package ai.robutler.memory;

import ai.robutler.search.ChangeFeed;
import ai.robutler.search.SearchDocument;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The tables of documents. */
final class KnowledgeRows {
    static final ChangeFeed FEED = new ChangeFeed("knowledge");
    static final String FOLDER = "folder";

    private static final int AT_ONCE = 500;

    private KnowledgeRows() {}

    /** What was ingested of a folder, by path. */
    static Map<String, KnowledgeDocument.Row> documents(Handle handle, String folder) {
        var rows = new HashMap<String, KnowledgeDocument.Row>();
        handle.select(
                        "SELECT id, path, hash, size, modified, ingested, chunks, problem, reader"
                                + " FROM knowledge_documents WHERE folder = ?",
                        folder)
                .map(
                        (row, _) ->
                                new KnowledgeDocument.Row(
                                        row.getString(1),
                                        row.getString(2),
                                        row.getString(3),
                                        row.getLong(4),
                                        row.getLong(5),
                                        row.getLong(6),
                                        row.getInt(7),
                                        row.getString(8),
                                        row.getInt(9)))
                .forEach(row -> rows.put(row.path(), row));
        return rows;
    }

    /** Replaces documents whole, all of them or none. */
    static void replace(Handle handle, String folder, List<KnowledgeDocument> documents, long now) {
        List<String> changed = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        for (KnowledgeDocument document : documents) {
            String id = KnowledgeFolder.hash(folder, document.path());
            // Holds the row first: two nodes that replace it do so one after the other.
            save(handle, id, folder, document, now);
            Map<String, DocumentChunks.Chunk> chunks = named(id, document.chunks());
            Set<String> there = new HashSet<>(chunkIds(handle, id));
            Set<String> gone = new HashSet<>(there);
            gone.removeAll(chunks.keySet());
            delete(handle, gone);
            insert(handle, id, chunks);
            changed.addAll(chunks.keySet().stream().filter(each -> !there.contains(each)).toList());
            removed.addAll(gone);
        }
        FEED.note(handle, changed, removed);
    }

    /** The same text at the same document has the same id; repetitions are counted. */
    private static Map<String, DocumentChunks.Chunk> named(
            String document, List<DocumentChunks.Chunk> chunks) {
        var named = new LinkedHashMap<String, DocumentChunks.Chunk>();
        for (DocumentChunks.Chunk chunk : chunks) {
            String id = KnowledgeFolder.hash(document, chunk.headings(), chunk.text());
            for (int again = 1; named.containsKey(id); again++) {
                id = KnowledgeFolder.hash(document, chunk.headings(), chunk.text(), "" + again);
            }
            named.put(id, chunk);
        }
        return named;
    }

    private static void save(
            Handle handle, String id, String folder, KnowledgeDocument document, long now) {
        handle.execute(
                "INSERT INTO knowledge_documents (id, folder, path, title, hash, size, modified,"
                        + " ingested, chunks, problem, reader)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                        + " title = excluded.title, hash = excluded.hash, size = excluded.size,"
                        + " modified = excluded.modified, ingested = excluded.ingested,"
                        + " chunks = excluded.chunks, problem = excluded.problem,"
                        + " reader = excluded.reader",
                id,
                folder,
                document.path(),
                document.title(),
                document.hash(),
                document.size(),
                document.modified(),
                now,
                document.chunks().size(),
                document.problem(),
                DocumentReader.VERSION);
    }

    private static List<String> chunkIds(Handle handle, String document) {
        return handle.select("SELECT id FROM knowledge_chunks WHERE document = ?", document)
                .mapTo(String.class)
                .list();
    }

    private static void insert(
            Handle handle, String document, Map<String, DocumentChunks.Chunk> chunks) {
        if (chunks.isEmpty()) {
            return;
        }
        try (PreparedBatch batch =
                handle.prepareBatch(
                        "INSERT INTO knowledge_chunks (id, document, place, headings, text)"
                                + " VALUES (?, ?, ?, ?, ?)"
                                + " ON CONFLICT (id) DO UPDATE SET place = excluded.place")) {
            int place = 0;
            for (var each : chunks.entrySet()) {
                batch.add(
                        each.getKey(),
                        document,
                        place++,
                        each.getValue().headings(),
                        each.getValue().text());
            }
            batch.execute();
        }
    }

    private static void delete(Handle handle, Collection<String> chunks) {
        List<String> all = List.copyOf(chunks);
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            handle.createUpdate("DELETE FROM knowledge_chunks WHERE id IN (<ids>)")
                    .bindList("ids", all.subList(from, Math.min(all.size(), from + AT_ONCE)))
                    .execute();
        }
    }

    /** The file looks other than before, and says the same. */
    static void touch(Handle handle, String id, long size, long modified, long now) {
        handle.execute(
                "UPDATE knowledge_documents SET size = ?, modified = ?, ingested = ? WHERE id = ?",
                size,
                modified,
                now,
                id);
    }

    /** Removes documents with all that is known of them. */
    static void remove(Handle handle, Collection<String> documents) {
        List<String> removed = new ArrayList<>();
        for (String id : documents) {
            handle.execute("DELETE FROM knowledge_documents WHERE id = ?", id);
            removed.addAll(
                    handle.select(
                                    "DELETE FROM knowledge_chunks WHERE document = ? RETURNING id",
                                    id)
                            .mapTo(String.class)
                            .list());
        }
        FEED.removed(handle, removed);
    }

    static void scanned(Handle handle, KnowledgeFolder folder, long now, String problem) {
        handle.execute(
                "INSERT INTO knowledge_folders (id, path, scanned, problem) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (id) DO UPDATE SET problem = excluded.problem, scanned ="
                        + " CASE WHEN excluded.scanned > 0 THEN excluded.scanned"
                        + " ELSE knowledge_folders.scanned END",
                folder.id(),
                folder.path().toString(),
                now,
                problem);
    }

    /** All folders that were ever looked at. */
    static List<FolderStatus> folders(Handle handle, Map<String, KnowledgeFolder> used) {
        var all = new TreeMap<String, FolderStatus>();
        used.forEach((id, folder) -> all.put(id, status(handle, id, folder.path().toString())));
        handle.select("SELECT id, path, scanned, problem FROM knowledge_folders")
                .map(
                        (row, _) -> {
                            String id = row.getString(1);
                            FolderStatus counted = status(handle, id, row.getString(2));
                            return Map.entry(
                                    id,
                                    new FolderStatus(
                                            counted.path(),
                                            counted.documents(),
                                            counted.chunks(),
                                            Optional.of(row.getLong(3))
                                                    .filter(at -> at > 0)
                                                    .map(Instant::ofEpochMilli),
                                            Optional.of(row.getString(4))
                                                    .filter(words -> !words.isEmpty()),
                                            counted.broken(),
                                            used.containsKey(id)));
                        })
                .list()
                .forEach(each -> all.put(each.getKey(), each.getValue()));
        return all.values().stream().sorted(Comparator.comparing(FolderStatus::path)).toList();
    }

    private static FolderStatus status(Handle handle, String id, String path) {
        List<FolderStatus.Broken> broken =
                handle.select(
                                "SELECT path, problem FROM knowledge_documents"
                                        + " WHERE folder = ? AND problem <> '' ORDER BY path LIMIT 1000",
                                id)
                        .map(
                                (row, _) ->
                                        new FolderStatus.Broken(row.getString(1), row.getString(2)))
                        .list();
        return handle.select(
                        "SELECT count(*), coalesce(sum(chunks), 0) FROM knowledge_documents"
                                + " WHERE folder = ?",
                        id)
                .map(
                        (row, _) ->
                                new FolderStatus(
                                        path,
                                        row.getInt(1),
                                        row.getInt(2),
                                        Optional.empty(),
                                        Optional.empty(),
                                        broken,
                                        true))
                .one();
    }

    /** What the index is made of. */
    static List<SearchDocument> searched(Handle handle, List<String> ids) {
        return hits(handle, ids).stream()
                .map(
                        hit ->
                                SearchDocument.of(hit.id(), hit.text())
                                        .withTitle(title(hit))
                                        .with(FOLDER, hit.folder()))
                .toList();
    }

    private static String title(KnowledgeHit hit) {
        String name = hit.path().substring(hit.path().lastIndexOf('/') + 1);
        return (hit.title() + " " + hit.headings() + " " + name).strip();
    }

    /** In no order; without similarity. */
    static List<KnowledgeHit> hits(Handle handle, List<String> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return handle.createQuery(
                        "SELECT c.id, d.folder, d.path, d.title, c.headings, c.text"
                                + " FROM knowledge_chunks c JOIN knowledge_documents d"
                                + " ON d.id = c.document WHERE c.id IN (<ids>)")
                .bindList("ids", ids)
                .map(
                        (row, _) ->
                                new KnowledgeHit(
                                        row.getString(1),
                                        row.getString(2),
                                        row.getString(3),
                                        row.getString(4),
                                        row.getString(5),
                                        row.getString(6),
                                        0))
                .list();
    }
}
