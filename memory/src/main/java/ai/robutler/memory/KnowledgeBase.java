package ai.robutler.memory;

import ai.robutler.core.Embedder;
import ai.robutler.search.IndexOptions;
import ai.robutler.search.IndexStatus;
import ai.robutler.search.SearchHit;
import ai.robutler.search.SearchIndex;
import ai.robutler.search.SearchQuery;
import ai.robutler.store.Database;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The documents of all agents: folders are followed as long as an agent needs them, and searched.
 * Nothing is opened before the first agent needs it. Thread-safe; callers block.
 */
public final class KnowledgeBase implements AutoCloseable {
    private static final int MOST_NAMED = 10_000;

    private final Database database;
    private final Optional<Path> indexes;
    private final Optional<Embedder> embedder;
    private final DocumentWorker worker = new DocumentWorker();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, KnowledgeFollower> followers = new HashMap<>();
    private final Map<String, KnowledgeFolder> named = new ConcurrentHashMap<>();
    private volatile @Nullable SearchIndex index;
    private volatile boolean migrated;
    private boolean closed;

    private KnowledgeBase(Database database, Optional<Path> indexes, Optional<Embedder> embedder) {
        this.database = database;
        this.indexes = indexes;
        this.embedder = embedder;
    }

    /**
     * Makes no call.
     *
     * @param indexes the folder where indexes are kept; empty: in memory
     * @param embedder makes vectors; empty: search goes by words alone
     */
    public static KnowledgeBase of(
            Database database, Optional<Path> indexes, Optional<Embedder> embedder) {
        return new KnowledgeBase(database, indexes, embedder);
    }

    /**
     * The index, opened when it is first needed.
     *
     * @throws ai.robutler.core.UnavailableException if the database is away
     */
    private SearchIndex index() {
        SearchIndex open = index;
        return open == null ? opened() : open;
    }

    private SearchIndex opened() {
        lock.lock();
        try {
            SearchIndex open = index;
            if (open == null) {
                if (closed) {
                    throw new IllegalStateException("closed");
                }
                migrate();
                IndexOptions options =
                        IndexOptions.of(KnowledgeRows.FEED, KnowledgeRows::searched)
                                .ownedBy(KnowledgeRows.FOLDER)
                                .meaningBy(embedder);
                open = SearchIndex.open(database, indexes.map(options::in).orElse(options));
                index = open;
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** Brings the tables up to date. */
    void migrate() {
        if (!migrated) {
            database.migrate("search");
            database.migrate("knowledge");
            migrated = true;
        }
    }

    Database database() {
        return database;
    }

    DocumentWorker worker() {
        return worker;
    }

    /** Opens what searches need; for a thread that may wait. */
    void warm() {
        var _ = index();
    }

    /** Follows a folder until {@link #leave} was called as often. */
    void follow(KnowledgeFolder folder) {
        lock.lock();
        try {
            if (!closed) {
                followers
                        .computeIfAbsent(folder.id(), _ -> KnowledgeFollower.start(this, folder))
                        .enter();
            }
        } finally {
            lock.unlock();
        }
    }

    void leave(KnowledgeFolder folder) {
        KnowledgeFollower last = null;
        lock.lock();
        try {
            KnowledgeFollower follower = followers.get(folder.id());
            if (follower != null && follower.leave()) {
                followers.remove(folder.id());
                last = follower;
            }
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.close();
        }
    }

    /**
     * What fits the words best, best first.
     *
     * @param folders by id; nothing else is looked at
     * @throws ai.robutler.core.UnavailableException if the database is away
     */
    List<KnowledgeHit> search(Set<String> folders, String words, int limit) {
        List<SearchHit> found =
                index().search(
                                SearchQuery.of(words)
                                        .only(KnowledgeRows.FOLDER, folders)
                                        .limit(limit)
                                        .withTypos());
        var rows = new HashMap<String, KnowledgeHit>();
        List<String> ids = found.stream().map(SearchHit::id).toList();
        database.read(handle -> KnowledgeRows.hits(handle, ids)).stream()
                .filter(hit -> folders.contains(hit.folder()))
                .forEach(hit -> rows.put(hit.id(), hit));
        return found.stream()
                .filter(hit -> rows.containsKey(hit.id()))
                .map(
                        hit ->
                                Optional.ofNullable(rows.get(hit.id()))
                                        .orElseThrow()
                                        .withSimilarity(hit.similarity()))
                .toList();
    }

    /** Waits until what was ingested can be found. */
    boolean refresh() {
        return index().refresh();
    }

    /** How the index stands; empty before anybody needed it. */
    public Optional<IndexStatus> indexStatus() {
        return Optional.ofNullable(index).map(SearchIndex::status);
    }

    /** An agent's file names these; for commands that work on all that is named. */
    void name(List<KnowledgeFolder> folders) {
        folders.forEach(
                folder -> {
                    if (named.size() < MOST_NAMED) {
                        named.put(folder.id(), folder);
                    }
                });
    }

    /**
     * The folders that agents name, and those that some named before.
     *
     * @throws ai.robutler.core.UnavailableException if the database is away
     */
    public List<FolderStatus> folders() {
        migrate();
        return database.read(handle -> KnowledgeRows.folders(handle, Map.copyOf(named)));
    }

    /**
     * Looks once at each folder that an agent names.
     *
     * @param progress is told how far it is, in words
     * @return whether all of it was done; false if another process is at it, or a folder is missing
     * @throws ai.robutler.core.UnavailableException if the database is away
     */
    public boolean ingest(Consumer<String> progress) throws InterruptedException {
        migrate();
        boolean well = true;
        for (KnowledgeFolder folder : Map.copyOf(named).values()) {
            try (var follower = KnowledgeFollower.idle(this, folder)) {
                well &= follower.once(progress);
            }
        }
        return well;
    }

    /**
     * What is wrong with folders that are followed, and with the index, in words for an operator.
     */
    public List<String> troubles() {
        lock.lock();
        try {
            return Stream.concat(
                            followers.values().stream()
                                    .flatMap(follower -> follower.trouble().stream()),
                            indexStatus().flatMap(IndexStatus::trouble).stream())
                    .sorted()
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends it all: what was ingested stays, a look at a folder that is not at its end goes on next
     * time.
     */
    @Override
    public void close() {
        Set<KnowledgeFollower> last;
        SearchIndex open;
        lock.lock();
        try {
            closed = true;
            last = new HashSet<>(followers.values());
            followers.clear();
            open = index;
            index = null;
        } finally {
            lock.unlock();
        }
        last.forEach(KnowledgeFollower::close);
        if (open != null) {
            open.close();
        }
    }
}
