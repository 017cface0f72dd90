package ai.robutler.search;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.core.UnavailableException;
import ai.robutler.store.Database;

import org.apache.lucene.store.AlreadyClosedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Finds the documents of a table. It is an index of this node's own, made from the database and
 * never asked for anything that is not there: lost, damaged or of another version, it is made anew.
 * It follows the changes of all nodes within a second. Thread-safe; callers block, so they belong
 * on virtual threads.
 *
 * <pre>{@code
 * database.migrate("search");
 * var index = SearchIndex.open(
 *         database,
 *         IndexOptions.of(new ChangeFeed("memory"), MemoryRows::documents)
 *                 .ownedBy("agent", "user")
 *                 .in(data.resolve("search")));
 * List<SearchHit> hits = index.search(
 *         SearchQuery.of("favourite colour").only("agent", agent).only("user", user).limit(5));
 * }</pre>
 *
 * <p>With an embedding model, meaning counts beside words. Vectors are made in the background: a
 * document can be found by its words at once, and by its meaning a little later; without an answer
 * of the model, all goes on by words.
 *
 * <p>Hits are ids: their rows are read from the database, where one may be gone by now.
 */
public final class SearchIndex implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SearchIndex.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(5);

    private final IndexOptions options;
    private final Follower follower;
    private final Optional<CatchUp> catchUp;
    private final Optional<QueryVectors> vectors;
    private final ReentrantLock starting = new ReentrantLock();
    private volatile boolean started;
    private boolean closed;

    private SearchIndex(Database database, IndexOptions options) {
        this.options = options;
        Optional<VectorRows> rows =
                options.embedder()
                        .map(model -> new VectorRows(options.feed().name(), model.name()));
        follower =
                new Follower(
                        database, options, rows.map(Meanings.class::cast).orElse(Meanings.NONE));
        vectors = options.embedder().map(QueryVectors::new);
        catchUp =
                options.embedder()
                        .map(
                                model ->
                                        new CatchUp(
                                                database,
                                                options,
                                                rows.orElseThrow(),
                                                model,
                                                follower));
    }

    /**
     * Opens it, and returns at once: the files are opened, and brought to where the feed is, in the
     * background. The tables are those of the module {@code search}, see {@link Database#migrate}.
     */
    public static SearchIndex open(Database database, IndexOptions options) {
        var index = new SearchIndex(database, options);
        if (!options.late()) {
            index.warm();
        }
        return index;
    }

    /** Opens it now, in the background, if it is to be opened late and was not yet. */
    public void warm() {
        if (started) {
            return;
        }
        starting.lock();
        try {
            if (!started && !closed) {
                follower.start();
                catchUp.ifPresent(CatchUp::start);
                started = true;
            }
        } finally {
            starting.unlock();
        }
    }

    /**
     * The best hits, best first. Just after the start, it waits up to five seconds for the index to
     * be there, then searches what is.
     *
     * @throws IllegalArgumentException if the query does not name each owner
     * @throws UnavailableException if there is nothing to search in yet
     * @throws CancelledException if the caller was interrupted
     */
    public List<SearchHit> search(SearchQuery query) {
        options.checkOwners(query.only().keySet());
        warm();
        Deadline deadline = Deadline.after(query.patience());
        WordQuery words = WordQuery.of(query.text());
        Optional<float[]> vector =
                query.meaning()
                        ? vectors.flatMap(each -> each.of(query.text(), query.patience()))
                        : Optional.empty();
        if (words.isEmpty() && vector.isEmpty()) {
            return List.of();
        }
        waitForFirst(query.patience());
        var lookup = new Lookup(words, query, vector, deadline);
        for (int attempt = 1; ; attempt++) {
            LocalIndex local = follower.index().orElseThrow(() -> notYet(null));
            try {
                return local.search(lookup::in);
            } catch (AlreadyClosedException e) {
                if (attempt == 2) {
                    throw notYet(e);
                }
            } catch (IOException e) {
                LOG.warn("A search in the index of {} failed", options.feed().name(), e);
                follower.suspect(local);
                throw notYet(e);
            }
        }
    }

    private static UnavailableException notYet(@org.jspecify.annotations.Nullable Throwable cause) {
        return new UnavailableException(
                "The search index is being made.", Duration.ofSeconds(1), cause);
    }

    private void waitForFirst(Duration patience) {
        if (follower.shown() > 0) {
            return;
        }
        try {
            follower.isReady(patience.compareTo(FIRST_PATIENCE) < 0 ? patience : FIRST_PATIENCE);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static CancelledException interrupted() {
        Thread.currentThread().interrupt();
        return new CancelledException("interrupted in a search");
    }

    /**
     * Waits until everything that is committed now can be found: a writer's next search sees what
     * it wrote.
     *
     * @return whether it can; false after five seconds, or while the database is away
     * @throws CancelledException if the caller was interrupted
     */
    public boolean refresh() {
        warm();
        try {
            return follower.refresh(PATIENCE);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** How it stands. Quick, and never fails. */
    public IndexStatus status() {
        Optional<LocalIndex> local = follower.index();
        return new IndexStatus(
                local.map(SearchIndex::documents).orElse(0L),
                follower.shown(),
                follower.head(),
                follower.awaiting(),
                local.map(LocalIndex::isStored).orElse(false),
                follower.trouble().or(() -> catchUp.flatMap(CatchUp::trouble)));
    }

    private static long documents(LocalIndex local) {
        return counted(local, searcher -> searcher.getIndexReader().numDocs());
    }

    private static long counted(LocalIndex local, LocalIndex.Search<Integer> count) {
        try {
            return local.search(count);
        } catch (IOException | AlreadyClosedException e) {
            return 0;
        }
    }

    /** Ends it; searches that run come to an end. May be repeated. */
    @Override
    public void close() {
        starting.lock();
        try {
            closed = true;
        } finally {
            starting.unlock();
        }
        if (started) {
            catchUp.ifPresent(CatchUp::close);
            follower.close();
        }
    }
}
