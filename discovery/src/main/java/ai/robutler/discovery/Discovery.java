package ai.robutler.discovery;

import ai.robutler.core.Agent;
import ai.robutler.core.Caller;
import ai.robutler.core.Directory;
import ai.robutler.core.DirectoryEntry;
import ai.robutler.core.Embedder;
import ai.robutler.core.PaidUse;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.search.IndexOptions;
import ai.robutler.search.SearchIndex;
import ai.robutler.store.Database;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who can help: lists this server's agents, finds those of all servers, and looks whether
 * registered ones answer. One serves a program; close it after the server and before the database.
 * Thread-safe.
 */
public final class Discovery implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MOST = 500;

    private final Database database;
    private final DiscoverySettings settings;
    private final InstantSource clock;
    private final EntryIndex index;
    private final OwnAgents own;
    private final EmbeddedRegistry embedded;
    private final Registry registry;
    private final Optional<Elsewhere> elsewhere;
    private final Prober prober;
    private final Rounds upkeep;
    private final Rounds probing;
    private boolean warmed;
    private volatile Supplier<? extends Collection<Agent>> agents = List::of;
    private volatile Supplier<String> baseUrl = () -> "";

    private Discovery(
            DiscoverySettings settings,
            Database database,
            OutboundClient outbound,
            PaidUse paidUse,
            SearchIndex search,
            Optional<Registry> platform,
            InstantSource clock) {
        this.settings = settings;
        this.database = database;
        this.clock = clock;
        index = new EntryIndex(search);
        own = new OwnAgents(database, clock);
        var looker = new Looker(outbound, settings.probeTimeout());
        embedded = new EmbeddedRegistry(database, settings, index, own, looker, paidUse, clock);
        registry = platform.orElse(embedded);
        elsewhere = platform.map(there -> new Elsewhere(there, database, clock));
        prober = new Prober(database, settings, looker, clock);
        upkeep = new Rounds("upkeep", PAUSE, this::keepUp);
        probing = new Rounds("probes", PAUSE, this::probe);
    }

    /**
     * Brings the tables up to date. The index is opened by the first search, or soon where agents
     * of others are registered.
     *
     * @param outbound looks at registered agents; not closed here
     * @param paidUse what the books say of agents
     * @param indexes the folder for indexes; empty: in memory
     * @param meaning finds by meaning, too; empty: by words alone
     * @param platform a remote platform, which is asked instead of this database, and on which this
     *     server's agents are listed, too
     * @throws ai.robutler.core.UnavailableException if the database is away
     */
    public static Discovery open(
            DiscoverySettings settings,
            Database database,
            OutboundClient outbound,
            PaidUse paidUse,
            Optional<Path> indexes,
            Optional<Embedder> meaning,
            Optional<Registry> platform) {
        Discovery discovery =
                open(
                        settings,
                        database,
                        outbound,
                        paidUse,
                        indexes,
                        meaning,
                        platform,
                        InstantSource.system());
        discovery.start();
        return discovery;
    }

    /** Without threads of its own. */
    static Discovery open(
            DiscoverySettings settings,
            Database database,
            OutboundClient outbound,
            PaidUse paidUse,
            Optional<Path> indexes,
            Optional<Embedder> meaning,
            Optional<Registry> platform,
            InstantSource clock) {
        database.migrate("search");
        database.migrate("discovery");
        IndexOptions options = EntryIndex.options().meaningBy(meaning);
        // Vectors take their time, so they are made before somebody searches.
        IndexOptions late = meaning.isPresent() ? options : options.openedLate();
        IndexOptions placed = indexes.map(late::in).orElse(late);
        return new Discovery(
                settings,
                database,
                outbound,
                paidUse,
                SearchIndex.open(database, placed),
                platform,
                clock);
    }

    void start() {
        upkeep.start();
        probing.start();
    }

    /**
     * From now on lists what is served.
     *
     * @param agents asked again and again; it must answer at once
     * @param baseUrl what the agents' URLs begin with, without a slash at the end; "" while nobody
     *     knows
     */
    public void list(Supplier<? extends Collection<Agent>> agents, Supplier<String> baseUrl) {
        this.baseUrl = baseUrl;
        this.agents = agents;
        upkeep.soon();
    }

    /** Who is asked: the remote platform where there is one, else this program's own database. */
    public Registry registry() {
        return registry;
    }

    /** Says what an agent of this server can do, beside its file; a platform hears of it later. */
    Published own(Publication publication, Caller caller) {
        return embedded.publish(publication, caller);
    }

    /** What is served below {@code /api}: the registry in this program's own database. */
    public DiscoveryApi api() {
        return new DiscoveryApi(embedded);
    }

    /** What is served below each agent. */
    public ProofEndpoints proofs() {
        return new ProofEndpoints(database, clock);
    }

    /** For other skills: this server's own agents, and all that the registry knows. */
    public Directory directory() {
        return new Directory() {
            @Override
            public Optional<DirectoryEntry> find(String owner, String name) {
                return Discovery.this.find(owner, name).map(Found::entry);
            }

            @Override
            public List<DirectoryEntry> search(String intent, int top, Caller caller) {
                return registry.search(Query.of(intent, top), caller).stream()
                        .map(Found::entry)
                        .toList();
            }
        };
    }

    private Optional<Found> find(String owner, String name) {
        Optional<Found> here = embedded.find(owner, name);
        if (here.isPresent() || registry == embedded) {
            return here;
        }
        var listing = new Listing(Optional.of(owner), Optional.of(name), Optional.empty(), 1);
        return registry.list(listing, Caller.anonymous()).agents().stream().findFirst();
    }

    /** One round of upkeep, now. */
    void keepUp() {
        String base = baseUrl.get();
        if (settings.publish() && !base.isEmpty()) {
            own.list(agents.get(), base);
        }
        own.sinkSilent();
        forget();
        warm();
        elsewhere.ifPresent(there -> there.publish(own.forEverybody()));
    }

    /** A few agents of this server are found quickly; the many of others are made ready for. */
    private void warm() {
        if (!warmed
                && database.read(handle -> EntryTable.count(handle, Entry.Kind.REMOTE, null)) > 0) {
            index.warm();
        }
        warmed = true;
    }

    private void forget() {
        long now = clock.millis();
        if (!database.read(handle -> EntryTable.isOver(handle, now))) {
            return;
        }
        database.write(
                handle -> {
                    Pace.forget(handle, now);
                    ChallengeTable.forget(handle, now);
                    List<String> changed = EntryTable.deletePublished(handle, now, MOST);
                    List<String> removed = EntryTable.deleteExpired(handle, now, MOST);
                    if (!changed.isEmpty() || !removed.isEmpty()) {
                        EntryIndex.FEED.note(handle, changed, removed);
                    }
                    return removed.size();
                });
    }

    /** Looks at those that are due, until none is. */
    void probe() {
        while (!Thread.currentThread().isInterrupted()
                && prober.probe() == settings.probesAtOnce()) {
            // There may be more.
        }
    }

    /** What is committed now can be found from here on. */
    boolean refresh() {
        return index.refresh();
    }

    /** How it stands. */
    public DiscoveryStatus status() {
        return database.read(
                handle ->
                        new DiscoveryStatus(
                                EntryTable.count(handle, Entry.Kind.PLATFORM, null),
                                EntryTable.count(handle, Entry.Kind.REMOTE, null),
                                EntryTable.count(handle, Entry.Kind.REMOTE, Health.DOWN),
                                NodeTable.count(handle),
                                index.status().documents(),
                                index.status().withoutMeaning(),
                                trouble()));
    }

    private String trouble() {
        return Stream.of(upkeep.trouble(), probing.trouble(), index.status().trouble().orElse(""))
                .filter(words -> !words.isEmpty())
                .collect(Collectors.joining("; "));
    }

    /** Takes this server's agents off the list, if no other node has them. */
    @Override
    public void close() {
        upkeep.close();
        probing.close();
        try {
            own.leave();
        } finally {
            index.close();
        }
    }
}
