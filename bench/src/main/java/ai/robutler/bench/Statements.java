package ai.robutler.bench;

import ai.robutler.store.Database;

import java.io.PrintStream;
import java.util.Map;

/** Which transactions and statements a paid call makes, and how long each takes. */
final class Statements {
    private Statements() {}

    static void run(int calls, PrintStream out) throws Exception {
        for (Database.Kind kind : Database.Kind.values()) {
            try (Stores stores = Stores.open();
                    var models = new Models(stores.folder());
                    var database = new CountingDatabase(stores.create(kind));
                    var money = new Money(database, stores.folder());
                    Site site = Site.paid(kind.name(), models, money)) {
                calls(site, calls);
                var _ = database.take();
                double total = calls(site, calls).medianMillis();
                report(kind, calls, total, database.take(), out);
                money.requireRight();
            }
        }
    }

    private static Times calls(Site site, int calls) throws Exception {
        var times = new Times();
        for (int i = 0; i < calls; i++) {
            times.add(site.call(false));
        }
        return times;
    }

    private static void report(
            Database.Kind kind,
            int calls,
            double median,
            Map<String, Times> times,
            PrintStream out) {
        out.printf("%s, a call's median %.3f ms; for one call:%n", kind, median);
        times.forEach(
                (name, each) ->
                        out.printf(
                                "  %5.2f times, median %6.3f ms, together %6.3f ms: %s%n",
                                (double) each.count() / calls,
                                each.medianMillis(),
                                each.totalMillis() / calls,
                                name));
    }
}
