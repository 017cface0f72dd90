package ai.robutler.bench;

import ai.robutler.core.Headers;
import ai.robutler.payments.Accounts;
import ai.robutler.payments.Ledger;
import ai.robutler.store.Database;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What single steps of a paid call cost, one after the other on one thread. */
final class Steps {
    private static final Duration HOLD = Duration.ofMinutes(5);

    private Steps() {}

    static void run(int number, PrintStream out) throws Exception {
        for (Database.Kind kind : Database.Kind.values()) {
            try (Stores stores = Stores.open();
                    Database database = stores.create(kind);
                    var money = new Money(database, stores.folder())) {
                String key = money.key();
                String token = money.token();
                Headers headers =
                        name ->
                                name.equalsIgnoreCase("Authorization")
                                        ? List.of("Bearer " + key)
                                        : List.of();
                step(
                        kind,
                        "authenticate by API key",
                        number,
                        out,
                        () -> money.identity().authenticate(headers));
                var ledger = money.ledger();
                step(
                        kind,
                        "verify a payment token",
                        number,
                        out,
                        () -> ledger.verify(token, "clerk"));
                var locked = new AtomicInteger();
                step(
                        kind,
                        "lock",
                        number,
                        out,
                        () -> ledger.lock(lock(token, locked.incrementAndGet())));
                var settled = new AtomicInteger();
                step(
                        kind,
                        "settle in a run",
                        number,
                        out,
                        () -> ledger.inRuns().settle(settle(settled.incrementAndGet())));
                var more = new AtomicInteger(locked.get());
                step(
                        kind,
                        "lock and settle",
                        number,
                        out,
                        () -> {
                            int n = more.incrementAndGet();
                            ledger.lock(lock(token, n));
                            ledger.settle(settle(n));
                        });
            }
        }
    }

    private static Ledger.Lock lock(String token, int n) {
        return new Ledger.Lock("hold-" + n, token, "clerk", 1_000, HOLD, List.of(), "request-" + n);
    }

    private static Ledger.Settle settle(int n) {
        var shares =
                List.of(
                        new Ledger.Share(Accounts.MODELS, 500, "model"),
                        new Ledger.Share("user:owner", 200, "margin"));
        return new Ledger.Settle("settle-" + n, "hold-" + n, shares, false, "");
    }

    private static void step(
            Database.Kind kind, String name, int number, PrintStream out, Runnable step) {
        for (int i = 0; i < number / 2; i++) {
            step.run();
        }
        var times = new Times();
        for (int i = 0; i < number; i++) {
            long start = System.nanoTime();
            step.run();
            times.add(System.nanoTime() - start);
        }
        out.printf(
                "%-10s %-24s median %6.3f ms  p95 %6.3f ms  p99 %7.3f ms  mean %6.3f ms%n",
                kind,
                name,
                times.medianMillis(),
                times.percentileMillis(95),
                times.percentileMillis(99),
                times.totalMillis() / times.count());
    }
}
