package ai.robutler.search;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The vectors of one feed's documents by one model. Each is there as long as its document; a text
 * that any document has had embedded is not embedded again.
 */
record VectorRows(String feed, String model) implements Meanings {

    /** A vector of a text; of no numbers where the model refuses it. */
    record Row(String id, String hash, byte[] vector) {}

    static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Map<String, Meaning> of(Handle handle, Collection<SearchDocument> documents) {
        if (documents.isEmpty()) {
            return Map.of();
        }
        var rows = new HashMap<String, Row>();
        handle.createQuery(
                        "SELECT id, hash, vector FROM search_vectors"
                                + " WHERE feed = :feed AND model = :model AND id IN (<ids>)")
                .bind("feed", feed)
                .bind("model", model)
                .bindList("ids", documents.stream().map(SearchDocument::id).toList())
                .map((row, _) -> new Row(row.getString(1), row.getString(2), row.getBytes(3)))
                .forEach(row -> rows.put(row.id(), row));
        var meanings = new HashMap<String, Meaning>();
        for (SearchDocument document : documents) {
            Row row = rows.get(document.id());
            meanings.put(
                    document.id(),
                    row == null || !row.hash().equals(hash(document.meaningText()))
                            ? new Meaning.Awaited()
                            : meaning(row.vector()));
        }
        return meanings;
    }

    private static Meaning meaning(byte[] vector) {
        return Vector.of(vector).<Meaning>map(Meaning.Known::new).orElseGet(Meaning.Refused::new);
    }

    /** By hash: what any document with the same text has. */
    Map<String, byte[]> known(Handle handle, Collection<String> hashes) {
        var known = new HashMap<String, byte[]>();
        handle.createQuery(
                        "SELECT hash, vector FROM search_vectors"
                                + " WHERE model = :model AND hash IN (<hashes>)")
                .bind("model", model)
                .bindList("hashes", List.copyOf(hashes))
                .map((row, _) -> Map.entry(row.getString(1), row.getBytes(2)))
                .forEach(row -> known.put(row.getKey(), row.getValue()));
        return known;
    }

    void save(Handle handle, Collection<Row> rows) {
        try (PreparedBatch batch =
                handle.prepareBatch(
                        "INSERT INTO search_vectors (feed, id, model, hash, vector)"
                                + " VALUES (?, ?, ?, ?, ?) ON CONFLICT (feed, id) DO UPDATE SET"
                                + " model = excluded.model, hash = excluded.hash,"
                                + " vector = excluded.vector")) {
            for (Row row : rows) {
                batch.add(feed, row.id(), model, row.hash(), row.vector());
            }
            batch.execute();
        }
    }
}
