package ai.robutler.bench;

import ai.robutler.core.Deadline;
import ai.robutler.core.Embedder;
import ai.robutler.core.Json;
import ai.robutler.core.Settings;
import ai.robutler.memory.KnowledgeBase;
import ai.robutler.memory.KnowledgeSkillFactory;
import ai.robutler.search.ChangeFeed;
import ai.robutler.search.IndexOptions;
import ai.robutler.search.SearchDocument;
import ai.robutler.search.SearchIndex;
import ai.robutler.search.SearchQuery;
import ai.robutler.store.Database;
import ai.robutler.testkit.ScriptedProvider;

import org.jdbi.v3.core.Handle;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * How long a search takes among so many chunks of 120 words, by words and by meaning too; how long
 * it takes to make an index anew; and how fast documents are read. On SQLite; vectors of 384
 * numbers are made in this process.
 */
final class Searches {
    private static final double PROMISED_MILLIS = 50;
    private static final int FIRST = 1_000;
    private static final int CHUNK = 120;
    private static final int DIMENSIONS = 384;
    private static final int AT_ONCE = 1_000;
    private static final int WARM = 200;
    private static final int ASKED = 600;
    private static final int DOCUMENTS = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final ChangeFeed FEED = new ChangeFeed("bench");

    private final Corpus corpus = new Corpus();
    private final Database database;
    private final Path folder;
    private final PrintStream out;
    private int written;

    private Searches(Database database, Path folder, PrintStream out) {
        this.database = database;
        this.folder = folder;
        this.out = out;
        database.migrate("search");
        database.write(
                handle ->
                        handle.execute(
                                "CREATE TABLE chunks (id TEXT NOT NULL PRIMARY KEY, words TEXT)"));
    }

    /** By words. */
    static void words(int most, PrintStream out) throws Exception {
        with(
                out,
                bench -> {
                    bench.documents();
                    for (int chunks = FIRST; chunks <= most; chunks *= 10) {
                        bench.words(chunks);
                    }
                });
    }

    /** By words and meaning. */
    static void meaning(int most, PrintStream out) throws Exception {
        with(
                out,
                bench -> {
                    for (int chunks = FIRST; chunks <= most; chunks *= 10) {
                        bench.meaning(chunks);
                    }
                });
    }

    private interface Work {
        void with(Searches bench) throws Exception;
    }

    private static void with(PrintStream out, Work work) throws Exception {
        try (Stores stores = Stores.open();
                Database database = stores.create(Database.Kind.SQLITE)) {
            work.with(new Searches(database, stores.folder(), out));
        }
    }

    /** Vectors that need no provider. */
    private static final class Hashed implements Embedder {
        @Override
        public String name() {
            return "bench/hashed";
        }

        @Override
        public List<float[]> embed(List<String> texts, Deadline deadline) {
            return texts.stream().map(text -> ScriptedProvider.vector(text, DIMENSIONS)).toList();
        }
    }

    private static List<SearchDocument> load(Handle handle, List<String> ids) {
        return handle.createQuery("SELECT id, words FROM chunks WHERE id IN (<ids>)")
                .bindList("ids", ids)
                .map(
                        (row, _) ->
                                SearchDocument.of(row.getString(1), row.getString(2))
                                        .with("folder", "a"))
                .list();
    }

    private IndexOptions options() {
        return IndexOptions.of(FEED, Searches::load).ownedBy("folder");
    }

    private void words(int chunks) {
        write(chunks);
        Path first = folder.resolve("words-" + chunks);
        long start = System.nanoTime();
        try (SearchIndex index = SearchIndex.open(database, options().in(first))) {
            until(() -> index.status().documents() == chunks && index.status().isCurrent());
            out.printf("%7d chunks: an index of words made anew in %.1f s%n", chunks, since(start));
            measure(index, chunks, "words", true, query -> query.wordsOnly());
            measure(index, chunks, "words, typos", false, query -> query.wordsOnly().withTypos());
        }
    }

    private void meaning(int chunks) {
        write(chunks);
        long start = System.nanoTime();
        Path second = folder.resolve("both-" + chunks);
        IndexOptions both = options().meaningBy(new Hashed());
        try (SearchIndex index = SearchIndex.open(database, both.in(second))) {
            until(() -> index.status().documents() == chunks);
            until(() -> index.refresh() && index.status().withoutMeaning() == 0);
            out.printf(
                    "%7d chunks: vectors for those that had none, and their index, in %.1f s%n",
                    chunks, since(start));
            measure(index, chunks, "words and meaning", true, query -> query);
        }
        start = System.nanoTime();
        try (SearchIndex index =
                SearchIndex.open(database, both.in(folder.resolve("again-" + chunks)))) {
            until(() -> index.status().documents() == chunks && index.status().isCurrent());
            out.printf(
                    "%7d chunks: an index of words and vectors made anew in %.1f s%n",
                    chunks, since(start));
        }
    }

    private void write(int chunks) {
        while (written < chunks) {
            List<String> ids = new ArrayList<>();
            List<String> texts = new ArrayList<>();
            for (; ids.size() < AT_ONCE && written < chunks; written++) {
                ids.add("chunk-" + written);
                texts.add(corpus.text(CHUNK));
            }
            database.write(
                    handle -> {
                        try (var batch = handle.prepareBatch("INSERT INTO chunks VALUES (?, ?)")) {
                            for (int i = 0; i < ids.size(); i++) {
                                batch.add(ids.get(i), texts.get(i));
                            }
                            batch.execute();
                        }
                        return FEED.changed(handle, ids);
                    });
        }
    }

    /** How a query is asked. */
    @FunctionalInterface
    private interface Way {
        SearchQuery of(SearchQuery query);
    }

    private void measure(SearchIndex index, int chunks, String how, boolean promised, Way way) {
        var times = new Times();
        for (int i = 0; i < WARM + ASKED; i++) {
            SearchQuery query = way.of(SearchQuery.of(corpus.query()).only("folder", "a"));
            long start = System.nanoTime();
            index.search(query);
            if (i >= WARM) {
                times.add(System.nanoTime() - start);
            }
        }
        double p95 = times.percentileMillis(95);
        out.printf(
                "%7d chunks: a search by %s takes %.2f ms (p50), %.2f ms (p95)%s%n",
                chunks,
                how,
                times.medianMillis(),
                p95,
                promised
                        ? ", promised at most %.0f: %s"
                                .formatted(
                                        PROMISED_MILLIS,
                                        p95 <= PROMISED_MILLIS ? "kept" : "NOT KEPT")
                        : "");
    }

    /** Markdown of ten sections of 240 words. */
    private void documents() throws IOException, InterruptedException {
        Path documents = Files.createDirectories(folder.resolve("documents"));
        long bytes = 0;
        for (int i = 0; i < DOCUMENTS; i++) {
            var text = new StringBuilder();
            for (int section = 0; section < 10; section++) {
                text.append("# Section ").append(section).append("\n\n");
                text.append(corpus.text(240)).append("\n\n");
            }
            bytes += text.length();
            Files.writeString(documents.resolve("document-" + i + ".md"), text);
        }
        var settings = Json.object();
        settings.putArray("folders").add(documents.toString());
        try (KnowledgeBase base = KnowledgeBase.of(database, Optional.empty(), Optional.empty())) {
            var _ =
                    new KnowledgeSkillFactory(Optional.of(base))
                            .create(Settings.of(settings, _ -> ""));
            long start = System.nanoTime();
            if (!base.ingest(_ -> {})) {
                throw new IllegalStateException("not all documents were read");
            }
            double seconds = since(start);
            int chunks = base.folders().getFirst().chunks();
            out.printf(
                    "%d documents of %.1f KB are read in %.1f s: %.0f documents, %.0f chunks a"
                            + " second%n",
                    DOCUMENTS,
                    bytes / 1_024.0 / DOCUMENTS,
                    seconds,
                    DOCUMENTS / seconds,
                    chunks / seconds);
        }
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static void until(BooleanSupplier condition) {
        Deadline deadline = Deadline.after(PATIENCE);
        while (!condition.getAsBoolean()) {
            if (deadline.hasPassed()) {
                throw new IllegalStateException("not within " + PATIENCE);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
    }
}
