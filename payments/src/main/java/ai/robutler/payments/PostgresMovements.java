package ai.robutler.payments;

import ai.robutler.payments.Ledger.Settlement;
import ai.robutler.store.Handover;
import ai.robutler.store.Prepared;
import ai.robutler.store.Work;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Movements on PostgreSQL, some of them in one round trip: functions of the database do the usual
 * case, or nothing ({@code V3__movements.sql}).
 */
final class PostgresMovements {
    private static final String LOCK =
            "SELECT ledger_lock(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String SETTLE =
            "SELECT ledger_settle(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private PostgresMovements() {}

    static Work<List<Locking.Held>> lock(List<Opening> openings, long now) {
        var sorted = sorted(openings, Comparator.comparing(each -> each.lock().id()));
        var rooms = new TreeMap<String, BudgetTable.Room>();
        var wanted = new TreeMap<String, Long>();
        for (Opening opening : openings) {
            for (var each : opening.rooms().entrySet()) {
                rooms.merge(each.getKey(), each.getValue(), BudgetTable.Room::smaller);
                wanted.merge(each.getKey(), opening.lock().nanoUsd(), Math::addExact);
            }
        }
        return Work.ofOneStatement(
                handle -> {
                    try (Prepared lock = Prepared.of(handle, LOCK)) {
                        texts(lock.with(now), sorted, each -> each.lock().id());
                        texts(lock, sorted, Opening::hash);
                        texts(lock, sorted, each -> each.token().id());
                        texts(lock, sorted, each -> each.token().account());
                        texts(lock, sorted, each -> each.lock().agent());
                        texts(lock, sorted, Opening::reference);
                        texts(lock, sorted, Opening::budgets);
                        longs(lock, sorted, each -> each.lock().nanoUsd());
                        longs(lock, sorted, Opening::expires);
                        texts(lock, rooms.keySet(), each -> each);
                        longs(lock, rooms.values(), BudgetTable.Room::limit);
                        longs(lock, wanted.values(), each -> each);
                        longs(lock, rooms.values(), BudgetTable.Room::closes);
                        boolean _ = lock.query().next();
                        return Locking.held(openings, lock.number(1));
                    }
                });
    }

    static Work<List<Settlement>> settle(List<Charge> charges, long now) {
        var sorted = sorted(charges, Comparator.comparing(each -> each.settle().hold()));
        var lines = new Lines();
        var credits = new TreeMap<String, Long>();
        for (int i = 0; i < sorted.size(); i++) {
            Charge charge = sorted.get(i);
            List<Journal.Transfer> transfers = charge.transfers("", charge.total());
            lines.add(i + 1, transfers);
            Journal.addTo(credits, transfers);
        }
        long shard = AccountTable.shard(sorted.getFirst().settle().id().hashCode());
        return Work.ofOneStatement(
                handle -> {
                    try (Prepared settle = Prepared.of(handle, SETTLE)) {
                        texts(settle.with(now), sorted, each -> each.settle().id());
                        texts(settle, sorted, Charge::hash);
                        texts(settle, sorted, each -> each.settle().hold());
                        texts(settle, sorted, Charge::partFor);
                        longs(settle, sorted, Charge::total);
                        texts(settle, sorted, Charge::memo);
                        longs(settle, sorted, Charge::pending);
                        longs(settle, lines.ats, each -> each);
                        longs(settle, lines.ns, each -> each);
                        texts(settle, lines.payees, each -> each);
                        longs(settle, lines.nanos, each -> each);
                        texts(settle, lines.kinds, each -> each);
                        texts(settle.with(shard), credits.keySet(), each -> each);
                        longs(settle, credits.values(), each -> each);
                        boolean _ = settle.query().next();
                        return settlements(charges, sorted, settle.numbers(1));
                    }
                },
                Handover.of(
                        sorted.getFirst().settle().id(),
                        () -> charges.forEach(each -> each.handedOver().run())));
    }

    /** The transfers of all, by columns. */
    private static final class Lines {
        private final List<Long> ats = new ArrayList<>();
        private final List<Long> ns = new ArrayList<>();
        private final List<String> payees = new ArrayList<>();
        private final List<Long> nanos = new ArrayList<>();
        private final List<String> kinds = new ArrayList<>();

        void add(long at, List<Journal.Transfer> transfers) {
            long n = 0;
            for (Journal.Transfer each : transfers) {
                ats.add(at);
                ns.add(n++);
                payees.add(each.to());
                nanos.add(each.nano());
                kinds.add(each.kind());
            }
        }
    }

    private static List<Settlement> settlements(
            List<Charge> charges, List<Charge> sorted, Long[] freed) {
        var freedBy = new HashMap<String, Long>();
        for (int i = 0; i < freed.length; i++) {
            freedBy.put(sorted.get(i).settle().id(), freed[i]);
        }
        return charges.stream()
                .map(each -> each.settlement(freedBy.getOrDefault(each.settle().id(), 0L)))
                .toList();
    }

    private static <T> List<T> sorted(List<T> items, Comparator<T> order) {
        return items.stream().sorted(order).toList();
    }

    private static <T> void texts(
            Prepared statement, Collection<T> items, Function<T, String> text) {
        statement.with("text", items.stream().map(text).toArray(String[]::new));
    }

    private static <T> void longs(
            Prepared statement, Collection<T> items, Function<T, Long> number) {
        statement.with("int8", items.stream().map(number).toArray(Long[]::new));
    }
}
