package ai.robutler.memory;

import ai.robutler.core.Completer;
import ai.robutler.core.Embedder;
import ai.robutler.core.SkillFactory;
import ai.robutler.core.UserData;
import ai.robutler.search.IndexOptions;
import ai.robutler.search.SearchIndex;
import ai.robutler.store.Database;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * What agents remember, for all agents of a node. Nothing is opened before it is used: agents
 * without memory cost nothing. Thread-safe.
 */
public final class Memory implements AutoCloseable {
    private final Database database;
    private final Path indexes;
    private final Optional<Embedder> meaning;
    private final SessionBounds bounds;
    private final SessionSummary summaries;
    private final InstantSource clock;
    private final ReentrantLock opening = new ReentrantLock();
    private Optional<Opened> opened = Optional.empty();
    private Optional<SearchIndex> index = Optional.empty();
    private boolean closed;

    /** What is there once something is used. */
    private record Opened(SessionStore sessions, FactStore facts, MemoryUpkeep upkeep) {}

    Memory(
            Database database,
            Path indexes,
            Optional<Embedder> meaning,
            Function<String, Optional<Completer>> models,
            SessionBounds bounds,
            InstantSource clock) {
        this.database = database;
        this.indexes = indexes;
        this.meaning = meaning;
        this.bounds = bounds;
        this.summaries = new SessionSummary(models);
        this.clock = clock;
    }

    /**
     * A memory in this database; its tables are made when it is first used.
     *
     * @param indexes the folder for what is searched in, which can be made anew
     * @param meaning the embedding model that facts are searched with beside their words; empty for
     *     words alone
     * @param models finds models by name, {@code provider/model}, for summaries
     */
    public static Memory of(
            Database database,
            Path indexes,
            Optional<Embedder> meaning,
            Function<String, Optional<Completer>> models) {
        return new Memory(
                database,
                indexes,
                meaning,
                models,
                SessionBounds.standard(),
                InstantSource.system());
    }

    /**
     * Makes the skills {@code session} and {@code memory}.
     *
     * @param memory empty for programs that only look at agents: settings are checked then, and the
     *     skills cannot be used
     */
    public static List<SkillFactory> skills(Optional<Memory> memory) {
        return List.of(new SessionSkill.Factory(memory), new MemorySkill.Factory(memory));
    }

    /** What is kept of users. */
    public List<UserData> userData() {
        return List.of(new SessionData(this), new FactData(this));
    }

    static IllegalStateException unused() {
        return new IllegalStateException("nothing is kept here: there is no database");
    }

    SessionStore sessions() {
        return opened().sessions();
    }

    FactStore facts() {
        return opened().facts();
    }

    SessionSummary summaries() {
        return summaries;
    }

    private Opened opened() {
        opening.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the memory is closed");
            }
            Opened all = opened.orElseGet(this::open);
            opened = Optional.of(all);
            return all;
        } finally {
            opening.unlock();
        }
    }

    private Opened open() {
        database.migrate("search");
        database.migrate("memory");
        var sessions = new SessionStore(database, bounds, clock);
        var facts = new FactStore(database, this::index, clock);
        return new Opened(sessions, facts, MemoryUpkeep.start(sessions, facts, bounds.lease()));
    }

    /** Who only reads rows needs none. */
    SearchIndex index() {
        opening.lock();
        try {
            opened();
            SearchIndex found = index.orElseGet(this::openIndex);
            index = Optional.of(found);
            return found;
        } finally {
            opening.unlock();
        }
    }

    private SearchIndex openIndex() {
        return SearchIndex.open(
                database,
                IndexOptions.of(FactRows.FEED, FactRows::documents)
                        .ownedBy("owner")
                        .in(indexes)
                        .meaningBy(meaning));
    }

    /** Ends it; the database stays open. May be repeated. */
    @Override
    public void close() {
        opening.lock();
        try {
            closed = true;
            opened.ifPresent(all -> all.upkeep().close());
            opened = Optional.empty();
            index.ifPresent(SearchIndex::close);
            index = Optional.empty();
        } finally {
            opening.unlock();
        }
    }
}
