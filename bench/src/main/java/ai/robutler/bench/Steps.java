package ai.robutler.bench;

import ai.robutler.core.Headers;
import ai.robutler.store.Database;

import java.io.PrintStream;
import java.util.List;

/** What single steps of a paid call cost, one after the other on one thread. */
final class Steps {
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
                step(
                        kind,
                        "verify a payment token",
                        number,
                        out,
                        () -> money.ledger().verify(token, "clerk"));
            }
        }
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
                "%-10s %-26s median %6.3f ms  p95 %6.3f ms%n",
                kind, name, times.medianMillis(), times.percentileMillis(95));
    }
}
