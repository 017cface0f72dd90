package ai.robutler.bench;

import ai.robutler.store.Database;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What keys and payment add to a whole call: the same call, in turn, to an agent that is free and
 * open, to one that asks for both on SQLite, and to one on PostgreSQL. Several calls to one follow
 * each other at once, so that what a call leaves to be done after its answer is a burden to its own
 * kind and to no other.
 */
final class PaidCall {
    private static final double PROMISED_MILLIS = 1;

    /** Until the compiler is through with most of what a call runs. */
    private static final int WARM = 5_000;

    /** How many follow each other. */
    private static final int AT_A_TIME = 50;

    /** Longer than what the last of them leaves to be done. */
    private static final Duration BETWEEN = Duration.ofMillis(5);

    private PaidCall() {}

    static void run(int calls, PrintStream out) throws Exception {
        try (Stores stores = Stores.open();
                var models = new Models(stores.folder());
                Database sqlite = stores.create(Database.Kind.SQLITE);
                Database postgres = stores.create(Database.Kind.POSTGRESQL);
                var sqliteMoney = new Money(sqlite, stores.folder());
                var postgresMoney = new Money(postgres, stores.folder());
                Site free = Site.free(models);
                Site onSqlite = Site.paid("paid, SQLite", models, sqliteMoney);
                Site onPostgres = Site.paid("paid, PostgreSQL", models, postgresMoney)) {
            List<Site> sites = List.of(free, onSqlite, onPostgres);
            for (boolean stream : new boolean[] {false, true}) {
                measure(sites, stream, WARM, models);
            }
            for (boolean stream : new boolean[] {false, true}) {
                report(stream, sites, measure(sites, stream, calls, models), out);
            }
            sqliteMoney.requireRight();
            postgresMoney.requireRight();
        }
    }

    private static List<Times> measure(List<Site> sites, boolean stream, int calls, Models models)
            throws Exception {
        var times = new ArrayList<Times>();
        sites.forEach(_ -> times.add(new Times()));
        for (int i = 0; i * AT_A_TIME < calls; i++) {
            for (int k = 0; k < sites.size(); k++) {
                // Each comes first as often as the others.
                int at = (i + k) % sites.size();
                for (int j = 0; j < AT_A_TIME; j++) {
                    times.get(at).add(sites.get(at).call(stream));
                }
                Thread.sleep(BETWEEN);
            }
            if (i % 10 == 0) {
                models.forget();
            }
        }
        return times;
    }

    private static void report(
            boolean stream, List<Site> sites, List<Times> times, PrintStream out) {
        double base = times.getFirst().medianMillis();
        out.printf("%s, %d calls each:%n", stream ? "streamed" : "whole", times.getFirst().count());
        for (int i = 0; i < sites.size(); i++) {
            double median = times.get(i).medianMillis();
            out.printf(
                    "  %-16s  median %6.3f ms  p95 %7.3f ms",
                    sites.get(i).name(), median, times.get(i).percentileMillis(95));
            if (i > 0) {
                out.printf(
                        "  median %+.3f ms, promised at most %+.3f: %s",
                        median - base,
                        PROMISED_MILLIS,
                        median - base <= PROMISED_MILLIS ? "kept" : "NOT KEPT");
            }
            out.println();
        }
    }
}
