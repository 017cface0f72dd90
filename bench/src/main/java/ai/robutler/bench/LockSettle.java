package ai.robutler.bench;

import ai.robutler.payments.Accounts;
import ai.robutler.payments.Ledger;
import ai.robutler.store.Database;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * How many pairs of lock and settle a second, against durable commits of a single row by the same
 * store: in turn, in slices of a second or two. SQLite commits one after the other, whoever asks;
 * for comparison, rows a second where the store lets all who wait share a commit.
 */
final class LockSettle {
    private static final double PROMISED = 0.5;
    private static final int PAYERS = 200;
    private static final int[] THREADS = {1, 8, 50};
    private static final Duration SLICE = Duration.ofMillis(1_500);
    private static final Duration HOLD = Duration.ofMinutes(5);

    private final Database database;
    private final Money money;
    private final List<String> tokens = new ArrayList<>();
    private final AtomicLong next = new AtomicLong();
    private final ReentrantLock single = new ReentrantLock();
    private double mostPairs;
    private double mostBare;

    private LockSettle(Database database, Money money) {
        this.database = database;
        this.money = money;
        database.write(h -> h.execute("CREATE TABLE bare (id BIGINT PRIMARY KEY, n BIGINT)"));
        for (int i = 0; i < PAYERS; i++) {
            tokens.add(money.token("payer-" + i));
        }
    }

    static void run(int rounds, PrintStream out) throws Exception {
        for (Database.Kind kind : Database.Kind.values()) {
            try (Stores stores = Stores.open();
                    Database database = stores.create(kind);
                    var money = new Money(database, stores.folder())) {
                var bench = new LockSettle(database, money);
                for (int threads : THREADS) {
                    bench.compare(threads, rounds, out);
                }
                bench.judge(out);
                money.requireRight();
            }
        }
    }

    private void compare(int threads, int rounds, PrintStream out) throws Exception {
        var bare = new double[rounds];
        var shared = new double[rounds];
        var pairs = new double[rounds];
        LongConsumer bareCommit = database.kind() == Database.Kind.SQLITE ? this::alone : this::row;
        rate(threads, this::row);
        rate(threads, this::pair);
        for (int i = 0; i < rounds; i++) {
            bare[i] = rate(threads, bareCommit);
            pairs[i] = rate(threads, this::pair);
            shared[i] = rate(threads, this::row);
        }
        mostPairs = Math.max(mostPairs, median(pairs));
        mostBare = Math.max(mostBare, median(bare));
        out.printf(
                "%-10s %2d threads: %6.0f pairs/s, %6.0f bare commits/s, ratio %.2f;"
                        + " %6.0f rows/s in shared commits, ratio %.2f%n",
                database.kind(),
                threads,
                median(pairs),
                median(bare),
                medianRatio(pairs, bare),
                median(shared),
                medianRatio(pairs, shared));
    }

    /** A rate is what the store reaches, each with as many callers as suit it best. */
    private void judge(PrintStream out) {
        double ratio = mostPairs / mostBare;
        out.printf(
                "%-10s at most: %8.0f pairs/s, %6.0f bare commits/s, ratio %.2f, promised at"
                        + " least %.2f: %s%n",
                database.kind(),
                mostPairs,
                mostBare,
                ratio,
                PROMISED,
                ratio >= PROMISED ? "kept" : "NOT KEPT");
    }

    private static double medianRatio(double[] of, double[] to) {
        return median(IntStream.range(0, of.length).mapToDouble(i -> of[i] / to[i]).toArray());
    }

    private void row(long n) {
        database.write(h -> h.execute("INSERT INTO bare (id, n) VALUES (?, ?)", n, n));
    }

    /** With nobody to share a commit with. */
    private void alone(long n) {
        single.lock();
        try {
            row(n);
        } finally {
            single.unlock();
        }
    }

    private void pair(long n) {
        var lock =
                new Ledger.Lock(
                        "hold-" + n,
                        tokens.get((int) (n % PAYERS)),
                        "clerk",
                        1_000,
                        HOLD,
                        List.of(),
                        "request-" + n);
        Ledger.Hold hold = money.ledger().lock(lock);
        var shares =
                List.of(
                        new Ledger.Share(Accounts.MODELS, 500, "model"),
                        new Ledger.Share("user:owner", 200, "margin"),
                        new Ledger.Share(Accounts.FEES, 20, "fee"));
        money.ledger().settle(new Ledger.Settle("settle-" + n, hold.id(), shares, false, ""));
    }

    /** How often a second so many threads do this together. */
    private double rate(int threads, LongConsumer work) throws Exception {
        long before = next.get();
        long start = System.nanoTime();
        long end = start + SLICE.toNanos();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            for (int i = 0; i < threads; i++) {
                all.add(
                        clients.submit(
                                () -> {
                                    while (System.nanoTime() - end < 0) {
                                        work.accept(next.incrementAndGet());
                                    }
                                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        return (next.get() - before) * 1e9 / (System.nanoTime() - start);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
