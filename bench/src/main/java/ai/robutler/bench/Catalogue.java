package ai.robutler.bench;

import ai.robutler.core.Caller;
import ai.robutler.core.PaidUse;
import ai.robutler.discovery.Discovery;
import ai.robutler.discovery.DiscoverySettings;
import ai.robutler.discovery.Query;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundSettings;
import ai.robutler.search.ChangeFeed;
import ai.robutler.store.Database;

import org.jdbi.v3.core.Handle;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** How long a search among many agents takes, from the question to the results with their rows. */
final class Catalogue {
    private static final int SEARCHES = 2_000;
    private static final int BATCH = 1_000;
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Words words;
    private final Random random = new Random(7);

    private Catalogue() throws Exception {
        words = Words.of(QualityFiles.agents());
    }

    static void run(int entries, PrintStream out) throws Exception {
        for (Database.Kind kind : Database.Kind.values()) {
            new Catalogue().run(kind, entries, out);
        }
    }

    private void run(Database.Kind kind, int entries, PrintStream out) throws Exception {
        try (Stores stores = Stores.open();
                Database database = stores.create(kind);
                OutboundClient outbound = OutboundClient.open(OutboundSettings.DEFAULT);
                Discovery discovery =
                        Discovery.open(
                                DiscoverySettings.DEFAULT,
                                database,
                                outbound,
                                PaidUse.NONE,
                                Optional.of(stores.folder()),
                                Optional.empty(),
                                Optional.empty())) {
            // The first search opens the index.
            var _ = discovery.registry().search(Query.of("none", 1), Caller.anonymous());
            long begun = System.nanoTime();
            for (int from = 0; from < entries; from += BATCH) {
                fill(database, from, Math.min(entries, from + BATCH));
            }
            while (discovery.status().indexed() < entries) {
                if (System.nanoTime() - begun > LONGEST.toNanos()) {
                    throw new IllegalStateException("not indexed within " + LONGEST);
                }
                Thread.sleep(100);
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            measure(discovery, SEARCHES / 4);
            Times times = measure(discovery, SEARCHES);
            out.printf(
                    "%s, %d entries (written and indexed in %.1f s), %d searches, every other one"
                            + " misspelt: median %.2f ms, p95 %.2f ms, p99 %.2f ms%n",
                    kind,
                    entries,
                    seconds,
                    SEARCHES,
                    times.medianMillis(),
                    times.percentileMillis(95),
                    times.percentileMillis(99));
        }
    }

    private Times measure(Discovery discovery, int searches) {
        var times = new Times();
        int found = 0;
        for (int i = 0; i < searches; i++) {
            var query = Query.of(words.question(random, i % 2 == 1), 10);
            long begun = System.nanoTime();
            found += discovery.registry().search(query, Caller.anonymous()).size();
            times.add(System.nanoTime() - begun);
        }
        if (found < searches) {
            throw new IllegalStateException("hardly anything is found: " + found);
        }
        return times;
    }

    private void fill(Database database, int from, int to) {
        List<Object[]> rows = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (int i = from; i < to; i++) {
            String id = "%032x".formatted(i);
            ids.add(id);
            rows.add(
                    new Object[] {
                        id,
                        "owner-" + i % 5_000,
                        words.name(random) + "-" + i,
                        "https://host-" + i + ".example.com/agent",
                        words.sentence(random, 12),
                        "[\"%s\",\"%s\",\"%s\"]"
                                .formatted(
                                        words.sentence(random, 4),
                                        words.sentence(random, 4),
                                        words.sentence(random, 4))
                    });
        }
        database.write(
                handle -> {
                    insert(handle, rows);
                    return new ChangeFeed("discovery").changed(handle, ids);
                });
    }

    private static void insert(Handle handle, List<Object[]> rows) {
        try (var batch =
                handle.prepareBatch(
                        "INSERT INTO discovery_entry (id, kind, owner, name, url, description,"
                                + " intents, tags, scope, price, health, failures, since, expires,"
                                + " next_probe) VALUES (?, 'REMOTE', ?, ?, ?, ?, ?, '[]', 'all',"
                                + " -1, 'UP', 0, 0, 9000000000000, 9000000000000)")) {
            rows.forEach(batch::add);
            batch.execute();
        }
    }
}
