package ai.robutler.app;

import ai.robutler.core.Agent;
import ai.robutler.core.Embedder;
import ai.robutler.discovery.Discovery;
import ai.robutler.discovery.Registry;
import ai.robutler.discovery.RemoteRegistry;
import ai.robutler.identity.AgentOwners;
import ai.robutler.identity.Identity;
import ai.robutler.memory.KnowledgeBase;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.payments.Bills;
import ai.robutler.payments.EmbeddedLedger;
import ai.robutler.payments.Ledger;
import ai.robutler.payments.PaymentsApi;
import ai.robutler.payments.PaymentsSettings;
import ai.robutler.payments.RemoteLedger;
import ai.robutler.server.ServerBuilder;
import ai.robutler.store.Database;
import ai.robutler.store.StoredAnswers;
import ai.robutler.store.StoredContinuations;

import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayDeque;
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
    private final String publicUrl;

    private final KnowledgeBase knowledge;

    private Platform(
            PlatformConfig config, Optional<Embedder> embedder, Optional<Embedder> meaning) {
        database = opened(Database.open(config.database()));
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
        publicUrl = config.publicUrl();
        discovery =
                opened(
                        Discovery.open(
                                config.discovery(),
                                database,
                                outbound,
                                ledger.paidUse(),
                                Optional.of(config.data().resolve("search")),
                                meaning,
                                config.remote().map(this::registry)));
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
            PlatformConfig config, Optional<Embedder> embedder, Optional<Embedder> meaning) {
        return new Platform(config, embedder, meaning);
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
    ServerBuilder serve(ServerBuilder server, AgentOwners owners) {
        return server.authenticator(head -> identity.authenticate(head::headers))
                .callersRequired(identity.callersRequired())
                .answers(answers)
                .mount("/api/auth", identity.api(owners))
                .mount("/api/payments", api)
                .mount("/api", discovery.api())
                .mountAgents(discovery.proofs())
                .mountOpen("/.well-known", identity.wellKnown())
                .health(new StoreHealth(database))
                .health(new IdentityHealth(identity))
                .health(new LedgerHealth(ledger, bills))
                .health(new DiscoveryHealth(discovery))
                .health(new KnowledgeHealth(knowledge));
    }

    /** Where clients find the server, once that is known. */
    void servedAt(String url) {
        this.url.set(url);
    }

    /**
     * Lists what is served, from now on; the server's URL is known.
     *
     * @param prefix what stands before the agents' names in their URLs
     */
    void lists(Supplier<? extends Collection<Agent>> agents, String prefix) {
        String base = publicUrl.isEmpty() ? url.get() : publicUrl;
        discovery.list(agents, () -> base + prefix);
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
