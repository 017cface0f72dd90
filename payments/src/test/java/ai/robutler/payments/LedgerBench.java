package ai.robutler.payments;

import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * How many pairs of lock and settle a second, against single rows that are committed one by one by
 * the same store. Run by hand; {@code -Dstore.test.fsync=on} for figures that count.
 */
final class LedgerBench {
    private static final int PAYERS = 200;
    private static final Duration WARM = Duration.ofSeconds(3);
    private static final Duration MEASURED = Duration.ofSeconds(6);

    private LedgerBench() {}

    public static void main(String[] arguments) throws Exception {
        for (Database.Kind kind : kinds()) {
            for (int threads : new int[] {1, 50}) {
                double bare = bare(kind, threads);
                double pairs = pairs(kind, threads);
                System.out.printf(
                        "%-10s %2d threads: %6.0f pairs/s, %6.0f bare commits/s, ratio %.2f%n",
                        kind, threads, pairs, bare, pairs / bare);
            }
        }
    }

    /** {@code -Dbench.kind=SQLITE} for one of them. */
    private static Database.Kind[] kinds() {
        String kind = System.getProperty("bench.kind", "");
        return kind.isEmpty()
                ? Database.Kind.values()
                : new Database.Kind[] {Database.Kind.valueOf(kind)};
    }

    private static double bare(Database.Kind kind, int threads) throws Exception {
        try (var test = TestDatabase.create(kind)) {
            Database database = test.database();
            database.write(h -> h.execute("CREATE TABLE bare (id BIGINT PRIMARY KEY, n BIGINT)"));
            return rate(
                    threads,
                    n ->
                            database.write(
                                    h ->
                                            h.execute(
                                                    "INSERT INTO bare (id, n) VALUES (?, ?)",
                                                    n,
                                                    n)));
        }
    }

    private static double pairs(Database.Kind kind, int threads) throws Exception {
        try (var test = TestDatabase.create(kind);
                var ledger =
                        EmbeddedLedger.open(
                                test.database(),
                                HmacSigner.of("s"),
                                Clock.systemUTC(),
                                Duration.ofSeconds(5))) {
            var tokens = new ArrayList<String>();
            for (int i = 0; i < PAYERS; i++) {
                ledger.accounts().credit("user:" + i, Terms.MOST / 1_000, "c" + i, "");
                tokens.add(
                        ledger.tokens()
                                .issue("user:" + i, Terms.MOST / 1_000, Duration.ofDays(1), "")
                                .text());
            }
            return rate(
                    threads,
                    n -> {
                        var hold =
                                ledger.lock(
                                        TestLedger.lockOf(
                                                "h" + n, tokens.get((int) (n % PAYERS)), 1_000));
                        ledger.settle(
                                new Ledger.Settle(
                                        "s" + n,
                                        hold.id(),
                                        List.of(
                                                new Ledger.Share(Accounts.MODELS, 500, "model"),
                                                new Ledger.Share(TestLedger.OWNER, 200, "margin"),
                                                new Ledger.Share(Accounts.FEES, 20, "fee")),
                                        false,
                                        ""));
                    });
        }
    }

    private static double rate(int threads, LongConsumer work) throws Exception {
        var next = new AtomicLong();
        run(threads, next, WARM, work);
        long before = next.get();
        long start = System.nanoTime();
        run(threads, next, MEASURED, work);
        return (double) (next.get() - before) * 1e9 / (System.nanoTime() - start);
    }

    private static void run(int threads, AtomicLong next, Duration time, LongConsumer work)
            throws Exception {
        long end = System.nanoTime() + time.toNanos();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            for (int i = 0; i < threads; i++) {
                all.add(
                        clients.submit(
                                () -> {
                                    while (System.nanoTime() < end) {
                                        work.accept(next.incrementAndGet());
                                    }
                                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }
}
