package ai.robutler.search;

import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The files of Lucene. One thread writes; any number search what was published last. Everything
 * here may be lost at any moment: it is made again from the database.
 */
final class LocalIndex implements AutoCloseable {
    static final String ID = "id";
    static final String TEXT = "text";
    static final String MEANING = "meaning";
    static final String AWAITED = "awaited";

    private static final Logger LOG = LoggerFactory.getLogger(LocalIndex.class);

    /**
     * Says at each start that an incubating module of the JDK is not there; kept from being lost.
     */
    private static final java.util.logging.Logger CHATTER =
            java.util.logging.Logger.getLogger(
                    "org.apache.lucene.internal.vectorization.VectorizationProvider");

    static {
        CHATTER.setLevel(java.util.logging.Level.SEVERE);
    }

    private static final double BUFFER_MB = 32;
    private static final long CHECKED_BYTES = 256L << 20;
    private static final int LONGEST_TEXT = 200_000;
    private static final FieldType WORDS = words();
    private static final Query WAITING = new TermQuery(new Term(MEANING, AWAITED));

    private final Directory directory;
    private final IndexWriter writer;
    private final SearcherManager searchers;
    private final boolean stored;
    private final String stamp;
    private Place place;

    private LocalIndex(Directory directory, boolean stored, String stamp) throws IOException {
        this.directory = directory;
        this.stored = stored;
        this.stamp = stamp;
        writer = new IndexWriter(directory, config());
        try {
            place = found();
            searchers = new SearcherManager(writer, null);
        } catch (IOException | RuntimeException e) {
            writer.rollback();
            throw e;
        }
    }

    private static IndexWriterConfig config() {
        return new IndexWriterConfig(WordAnalyzer.ofDocuments())
                .setRAMBufferSizeMB(BUFFER_MB)
                .setCodec(VectorCodec.codec())
                .setCommitOnClose(false);
    }

    /** No positions: nobody asks for phrases. */
    private static FieldType words() {
        var type = new FieldType();
        type.setIndexOptions(org.apache.lucene.index.IndexOptions.DOCS_AND_FREQS);
        type.setTokenized(true);
        type.freeze();
        return type;
    }

    /**
     * Opens the index in the folder. One of another stamp, or that cannot be read, begins anew; one
     * that another process writes to is left to it, and this one is in memory.
     */
    static LocalIndex open(Optional<Path> folder, String stamp) throws IOException {
        if (folder.isEmpty()) {
            return new LocalIndex(new ByteBuffersDirectory(), false, stamp);
        }
        Path place = folder.get();
        try {
            return stored(place, stamp);
        } catch (LockObtainFailedException e) {
            LOG.warn("Another process has the search index in {}; this one's is in memory.", place);
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            LOG.warn(
                    "The search index in {} cannot be used and is made anew: {}",
                    place,
                    e.toString());
            Optional<LocalIndex> anew = anew(place, stamp);
            if (anew.isPresent()) {
                return anew.get();
            }
        }
        return new LocalIndex(new ByteBuffersDirectory(), false, stamp);
    }

    private static LocalIndex stored(Path folder, String stamp) throws IOException {
        Files.createDirectories(folder);
        Directory directory = FSDirectory.open(folder);
        try {
            return new LocalIndex(directory, true, stamp);
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private static Optional<LocalIndex> anew(Path folder, String stamp) {
        try {
            wipe(folder);
            return Optional.of(stored(folder, stamp));
        } catch (IOException e) {
            LOG.warn(
                    "No search index can be kept in {}; it is in memory: {}", folder, e.toString());
            return Optional.empty();
        }
    }

    /** Removes the files of an index, and nothing else. */
    static void wipe(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (Files.isRegularFile(file)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private Place found() throws IOException {
        var notes = new HashMap<String, String>();
        Iterable<Map.Entry<String, String>> committed = writer.getLiveCommitData();
        if (committed != null) {
            committed.forEach(note -> notes.put(note.getKey(), note.getValue()));
        }
        if (notes.isEmpty()) {
            return Place.START;
        }
        if (!stamp.equals(notes.get("stamp"))) {
            LOG.info("The search index is of another version and is made anew.");
            writer.deleteAll();
            return Place.START;
        }
        checkFiles();
        return new Place(
                notes.getOrDefault("epoch", ""),
                Long.parseLong(notes.getOrDefault("seq", "0")),
                Long.parseLong(notes.getOrDefault("forgotten", "0")));
    }

    /** Reads small indexes whole: what was damaged on the disk is found now, not in a search. */
    private void checkFiles() throws IOException {
        long bytes = 0;
        for (String file : directory.listAll()) {
            bytes += directory.fileLength(file);
        }
        if (bytes > CHECKED_BYTES) {
            return;
        }
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
            for (LeafReaderContext leaf : reader.leaves()) {
                if (leaf.reader() instanceof CodecReader segment) {
                    segment.checkIntegrity();
                }
            }
        }
    }

    Place place() {
        return place;
    }

    boolean isStored() {
        return stored;
    }

    /** Forgets all documents. They can be found until the next {@link #publish}. */
    void begin(Place start) throws IOException {
        writer.deleteAll();
        place = start;
    }

    void put(SearchDocument document, Meaning meaning) throws IOException {
        writer.updateDocument(new Term(ID, document.id()), fields(document, meaning));
    }

    void remove(String id) throws IOException {
        writer.deleteDocuments(new Term(ID, id));
    }

    /** Everything up to this change was put or removed. */
    void reach(Place reached) {
        place = reached;
    }

    /** Shows what was put and removed to searches. */
    void publish() throws IOException {
        searchers.maybeRefreshBlocking();
    }

    /** Keeps it over the end of the process. */
    void commit() throws IOException {
        if (!stored) {
            return;
        }
        writer.setLiveCommitData(
                Map.of(
                                "stamp",
                                stamp,
                                "epoch",
                                place.epoch(),
                                "seq",
                                Long.toString(place.seq()),
                                "forgotten",
                                Long.toString(place.forgotten()))
                        .entrySet());
        writer.commit();
    }

    /** What to do with a searcher. */
    @FunctionalInterface
    interface Search<T> {
        T in(IndexSearcher searcher) throws IOException;
    }

    /**
     * Searches what was published last.
     *
     * @throws AlreadyClosedException if the index was replaced by another meanwhile
     */
    <T> T search(Search<T> search) throws IOException {
        IndexSearcher shared = searchers.acquire();
        try {
            return search.in(shared);
        } finally {
            searchers.release(shared);
        }
    }

    long awaiting() throws IOException {
        return search(searcher -> searcher.count(WAITING));
    }

    List<String> awaiting(int most) throws IOException {
        return search(
                searcher -> {
                    List<String> ids = new ArrayList<>();
                    for (ScoreDoc each : searcher.search(WAITING, most).scoreDocs) {
                        ids.add(id(searcher, each));
                    }
                    return ids;
                });
    }

    static String id(IndexSearcher searcher, ScoreDoc found) throws IOException {
        return searcher.storedFields().document(found.doc, Set.of(ID)).get(ID);
    }

    private static Document fields(SearchDocument document, Meaning meaning) {
        var fields = new Document();
        fields.add(new StringField(ID, document.id(), Field.Store.YES));
        if (!document.title().isEmpty()) {
            // Twice, so that it counts double.
            fields.add(new Field(TEXT, bounded(document.title()), WORDS));
            fields.add(new Field(TEXT, bounded(document.title()), WORDS));
        }
        fields.add(new Field(TEXT, bounded(document.text()), WORDS));
        document.fields()
                .forEach(
                        (name, values) ->
                                values.forEach(
                                        value ->
                                                fields.add(
                                                        new StringField(
                                                                exact(name),
                                                                value,
                                                                Field.Store.NO))));
        switch (meaning) {
            case Meaning.Unasked _, Meaning.Refused _ -> {}
            case Meaning.Awaited _ -> fields.add(new StringField(MEANING, AWAITED, Field.Store.NO));
            case Meaning.Known known ->
                    fields.add(
                            new KnnFloatVectorField(
                                    vector(known.vector().length),
                                    known.vector(),
                                    VectorSimilarityFunction.DOT_PRODUCT));
        }
        return fields;
    }

    /** The field of exact values of that name. */
    static String exact(String name) {
        return "=" + name;
    }

    /** The field of vectors of that length: models of different ones never meet. */
    static String vector(int length) {
        return "vector" + length;
    }

    private static String bounded(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
    }

    /** Ends it, without a commit. What goes wrong then is of no consequence. */
    @Override
    public void close() {
        for (AutoCloseable part : List.<AutoCloseable>of(searchers, writer::rollback, directory)) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.debug("A search index did not close well", e);
            }
        }
    }
}
