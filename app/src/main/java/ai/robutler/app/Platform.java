package ai.robutler.app;

import ai.robutler.core.Agent;
import ai.robutler.core.Completer;
import ai.robutler.core.Embedder;
import ai.robutler.core.ModelName;
import ai.robutler.core.Providers;
import ai.robutler.core.UserData;
import ai.robutler.discovery.Discovery;
import ai.robutler.discovery.Registry;
import ai.robutler.discovery.RemoteRegistry;
import ai.robutler.identity.AgentOwners;
import ai.robutler.identity.ApiKeys;
import ai.robutler.identity.Identity;
import ai.robutler.identity.IssuerSettings;
import ai.robutler.mcp.McpApi;
import ai.robutler.mcp.McpApiMetadata;
import ai.robutler.mcp.McpApiSettings;
import ai.robutler.mcp.McpServers;
import ai.robutler.memory.KnowledgeBase;
import ai.robutler.memory.Memory;
import ai.robutler.nli.A2a;
import ai.robutler.nli.Nli;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.payments.Bills;
import ai.robutler.payments.EmbeddedLedger;
import ai.robutler.payments.Ledger;
import ai.robutler.payments.PaymentsApi;
import ai.robutler.payments.PaymentsSettings;
import ai.robutler.payments.RemoteLedger;
import ai.robutler.server.AgentDirectory;
import ai.robutler.server.ServerBuilder;
import ai.robutler.store.Database;
import ai.robutler.store.StoredAnswers;
import ai.robutler.store.StoredContinuations;
import ai.robutler.store.StoredUserData;

import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** What a server keeps, and knows of its callers: database, identity, ledger, bills. */
final class Platform implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final AtomicReference<String> url = new AtomicReference<>("");
    private final Database database;
    private final Identity identity;
    private final EmbeddedLedger ledger;
    private final PaymentsApi api;
    private final Bills bills;
    private final StoredAnswers answers;
    private final StoredContinuations continuations;
    private final Discovery discovery;
    private final LocalAgents here;
    private final Nli nli;
    private final A2a a2a;
    private final String card;
    private final McpServers mcp;
    private final Optional<McpApi> served;
    private final McpApiMetadata mcpMetadata;
    private final Memory memory;
    private final UserDataSet userData;

    private final KnowledgeBase knowledge;

    private Platform(
            PlatformConfig config,
            Optional<Embedder> embedder,
            Optional<Embedder> meaning,
            Providers providers) {
        database = opened(Database.open(config.database()));
        // The first question takes long, and is asked while the tables are looked at.
        Thread.ofVirtual().name("store-first").start(database::health);
        database.migrate("store");
        OutboundClient outbound = opened(OutboundClient.open(config.outbound()));
        identity =
                opened(
                        Identity.open(
                                config.auth(),
                                database,
                                config.data(),
                                outbound,
                                InstantSource.system()));
        ledger = opened(EmbeddedLedger.open(database, identity.signer()));
        api = new PaymentsApi(ledger, config.payments());
        bills =
                opened(
                        config.remote()
                                .map(remote -> remote(remote, config.payments()))
                                .orElseGet(
                                        () ->
                                                Bills.byTokenAndX402(
                                                        ledger,
                                                        config.payments(),
                                                        identity.signer().issuer(),
                                                        url::get,
                                                        outbound)));
        answers = opened(new StoredAnswers(database));
        continuations = new StoredContinuations(database);
        knowledge =
                opened(
                        KnowledgeBase.of(
                                database, Optional.of(config.data().resolve("search")), embedder));
        // Their tables are made after the start, by whoever first uses them.
        Database late = database.late();
        discovery =
                opened(
                        Discovery.open(
                                config.discovery(),
                                late,
                                outbound,
                                ledger.paidUse(),
                                Optional.of(config.data().resolve("search")),
                                meaning,
                                config.remote().map(this::registry)));
        here = new LocalAgents(config.reached().publicUrl(), config.reached().prefix());
        nli = new Nli(config.nli(), outbound, here, discovery.directory(), identity.assertions());
        a2a = opened(A2a.open(here, identity.callersRequired(), late));
        card = config.nli().card();
        mcp = opened(new McpServers(config.mcp(), outbound));
        served = served(config.served(), late);
        mcpMetadata =
                new McpApiMetadata(
                        config.auth().issuers().stream().map(IssuerSettings::issuer).toList(),
                        config.reached().prefix(),
                        config.reached().publicUrl(),
                        url::get);
        memory = opened(memory(database, config, embedder, providers));
        userData = userData(database, memory, ledger);
    }

    private Optional<McpApi> served(McpApiSettings settings, Database late) {
        return settings.serve()
                ? Optional.of(
                        opened(
                                McpApi.open(
                                        settings,
                                        late,
                                        identity.signer(),
                                        InstantSource.system(),
                                        Version.current())))
                : Optional.empty();
    }

    /** Agents are MCP servers, and clients learn whose tokens are good for them. */
    private void serveMcp(ServerBuilder server) {
        served.ifPresent(
                api ->
                        server.mountAgents(api)
                                .onDrain(api::drain)
                                .mountOpen(mcpMetadata.path(), mcpMetadata)
                                .challenge(
                                        (head, base) -> mcpMetadata.challenge(head.path(), base)));
    }

    private static Memory memory(
            Database database,
            PlatformConfig config,
            Optional<Embedder> embedder,
            Providers providers) {
        return Memory.of(
                database,
                config.data().resolve("search"),
                embedder,
                name -> model(providers, name));
    }

    private static Optional<Completer> model(Providers providers, String name) {
        try {
            return Optional.of(providers.model(ModelName.parse(name)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** All that is kept of users; the tables of all parts are there. */
    static UserDataSet userData(Database database, Memory memory, EmbeddedLedger ledger) {
        var parts = new ArrayList<UserData>(memory.userData());
        parts.addAll(StoredUserData.of(database));
        parts.add(new KeyData(new ApiKeys(database, InstantSource.system())));
        parts.add(new TokenData(ledger.tokens()));
        parts.add(new LedgerData(ledger));
        return new UserDataSet(parts);
    }

    /**
     * Opens it all.
     *
     * @param embedder tells how near meanings are; empty where none is configured
     * @param meaning the same for discovery, which may have another
     * @throws ai.robutler.core.UnavailableException if the database is away
     * @throws IllegalStateException if the data folder is not as it must be; the message says how
     *     to mend it
     */
    static Platform open(
            PlatformConfig config,
            Optional<Embedder> embedder,
            Optional<Embedder> meaning,
            Providers providers) {
        return new Platform(config, embedder, meaning, providers);
    }

    /** What is charged here is written down there. */
    private Bills remote(PlatformConfig.Remote remote, PaymentsSettings payments) {
        Ledger there = opened(RemoteLedger.open(remote.url(), remote.key()));
        return Bills.byToken(there, payments, URI.create(remote.url()).getHost(), url::get);
    }

    /** Who is found is asked for there, and what is served here is listed there, too. */
    private Registry registry(PlatformConfig.Remote remote) {
        return opened(RemoteRegistry.open(remote.url(), remote.key()));
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    Bills bills() {
        return bills;
    }

    Nli nli() {
        return nli;
    }

    McpServers mcp() {
        return mcp;
    }

    Memory memory() {
        return memory;
    }

    KnowledgeBase knowledge() {
        return knowledge;
    }

    StoredContinuations continuations() {
        return continuations;
    }

    Discovery discovery() {
        return discovery;
    }

    /** Adds its routes, its checks, and who tells who calls. */
    ServerBuilder serve(ServerBuilder server, AgentDirectory agents) {
        here.agents(agents);
        AgentOwners owners = name -> agents.find(name).map(Agent::owner);
        serveMcp(server);
        return server.authenticator(head -> identity.authenticate(head::headers))
                .callersRequired(identity.callersRequired())
                .answers(answers)
                .mount("/api/auth", identity.api(owners))
                .mount("/api/payments", api)
                .mount("/api", discovery.api())
                .mountAgents(discovery.proofs())
                .mount("/api/user", new UserApi(userData))
                .mountOpen("/.well-known", identity.wellKnown())
                .mountOpen("/.well-known", a2a.ofServer(card))
                .mountAgents(a2a.ofAgents())
                .health(new StoreHealth(database))
                .health(new IdentityHealth(identity))
                .health(new LedgerHealth(ledger, bills))
                .health(new DiscoveryHealth(discovery))
                .health(new McpHealth(mcp))
                .health(new KnowledgeHealth(knowledge));
    }

    /** Where clients find the server, once that is known. */
    void servedAt(String url) {
        this.url.set(url);
        here.servedAt(url);
    }

    /** Lists what is served, from now on; the server's URL is known. */
    void lists(Supplier<? extends Collection<Agent>> agents) {
        discovery.list(agents, here::publicUrl);
    }

    /** The last opened first; one that fails to close keeps none of the others open. */
    @Override
    public void close() {
        RuntimeException failure = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                failure = failure == null ? new IllegalStateException(e) : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
