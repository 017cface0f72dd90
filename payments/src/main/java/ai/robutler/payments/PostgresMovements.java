package ai.robutler.payments;

import ai.robutler.payments.Ledger.Hold;
import ai.robutler.payments.Ledger.Settlement;
import ai.robutler.store.Work;

import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.statement.Query;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Movements on PostgreSQL, some of them in one round trip: functions of the database do the usual
 * case, or nothing ({@code V3__movements.sql}).
 */
final class PostgresMovements {
    private static final String UNUSUAL = "RB001";
    private static final String LOCK =
            "SELECT ledger_lock(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String SETTLE =
            "SELECT ledger_settle(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private PostgresMovements() {}

    /** Whether nothing was done, because something is not usual: somebody must look closer. */
    static boolean isUnusual(Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof SQLException sql && UNUSUAL.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    static Work<List<Hold>> lock(List<Opening> openings, long now) {
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
                    try (Query query = handle.createQuery(LOCK)) {
                        query.bind(0, now)
                                .bind(1, texts(sorted.stream().map(each -> each.lock().id())))
                                .bind(2, texts(sorted.stream().map(Opening::hash)))
                                .bind(3, texts(sorted.stream().map(each -> each.token().id())))
                                .bind(4, texts(sorted.stream().map(each -> each.token().account())))
                                .bind(5, texts(sorted.stream().map(each -> each.lock().agent())))
                                .bind(6, texts(sorted.stream().map(Opening::reference)))
                                .bind(7, texts(sorted.stream().map(Opening::budgets)))
                                .bind(8, longs(sorted.stream().map(each -> each.lock().nanoUsd())))
                                .bind(9, longs(sorted.stream().map(Opening::expires)))
                                .bind(10, texts(rooms.keySet().stream()))
                                .bind(
                                        11,
                                        longs(rooms.values().stream().map(BudgetTable.Room::limit)))
                                .bind(12, longs(wanted.values().stream()))
                                .bind(
                                        13,
                                        longs(
                                                rooms.values().stream()
                                                        .map(BudgetTable.Room::closes)))
                                .mapTo(String.class)
                                .one();
                    }
                    return openings.stream().map(Opening::hold).toList();
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
                    try (Query query = handle.createQuery(SETTLE)) {
                        Long[] held =
                                query.bind(0, now)
                                        .bind(1, texts(sorted.stream().map(c -> c.settle().id())))
                                        .bind(2, texts(sorted.stream().map(Charge::hash)))
                                        .bind(3, texts(sorted.stream().map(c -> c.settle().hold())))
                                        .bind(4, longs(sorted.stream().map(Charge::total)))
                                        .bind(5, texts(sorted.stream().map(Charge::memo)))
                                        .bind(6, longs(sorted.stream().map(Charge::pending)))
                                        .bind(7, longs(lines.ats.stream()))
                                        .bind(8, longs(lines.ns.stream()))
                                        .bind(9, texts(lines.payees.stream()))
                                        .bind(10, longs(lines.nanos.stream()))
                                        .bind(11, texts(lines.kinds.stream()))
                                        .bind(12, shard)
                                        .bind(13, texts(credits.keySet().stream()))
                                        .bind(14, longs(credits.values().stream()))
                                        .map((rows, _) -> (Long[]) rows.getArray(1).getArray())
                                        .one();
                        return settlements(charges, sorted, held);
                    }
                });
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
            List<Charge> charges, List<Charge> sorted, Long[] held) {
        var heldBy = new HashMap<String, Long>();
        for (int i = 0; i < held.length; i++) {
            heldBy.put(sorted.get(i).settle().hold(), held[i]);
        }
        return charges.stream()
                .map(
                        charge -> {
                            String hold = charge.settle().hold();
                            long nano = heldBy.getOrDefault(hold, 0L);
                            return new Settlement(
                                    hold,
                                    charge.total(),
                                    nano - charge.total(),
                                    Hold.State.SETTLED);
                        })
                .toList();
    }

    private static <T> List<T> sorted(List<T> items, Comparator<T> order) {
        return items.stream().sorted(order).toList();
    }

    private static Argument texts(Stream<String> values) {
        return array("text", values.toArray());
    }

    private static Argument longs(Stream<Long> values) {
        return array("int8", values.toArray());
    }

    private static Argument array(String type, Object[] values) {
        return (position, statement, _) ->
                statement.setArray(position, statement.getConnection().createArrayOf(type, values));
    }
}
