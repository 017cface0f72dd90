package ai.robutler.payments;

import ai.robutler.payments.Ledger.Settlement;
import ai.robutler.store.Prepared;
import ai.robutler.store.Work;

import org.jdbi.v3.core.Handle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Movements on SQLite, some of them in few statements: the usual case, or nothing and {@link
 * Unusual}. What several take from one row is taken at once. The counterpart of {@code
 * V3__movements.sql}.
 */
final class SqliteMovements {
    private static final String OPEN =
            "INSERT INTO ledger_hold (id, hash, account, lineage, agent, reference, budgets, nano,"
                    + " prior, expires, locked_nano, locked_expires, state, closed)"
                    + " SELECT ?1, ?2, account, lineage, ?3, ?4, ?5, ?6, ?6, ?7, ?6, ?7, 'OPEN', 0"
                    + " FROM ledger_token WHERE id = ?8 AND account = ?9"
                    + " AND (agent = '' OR agent = ?3)"
                    + " ON CONFLICT (id) DO NOTHING RETURNING lineage";
    private static final String HOLD_OF_TOKEN =
            "UPDATE ledger_token SET held = held + ?1 WHERE id = ?2 AND revoked = 0"
                    + " AND expires > ?3 AND limit_nano - posted - held >= ?1"
                    + " RETURNING limit_nano - posted - held";
    private static final String HOLD_OF_ACCOUNT =
            "UPDATE ledger_account SET held = held + ?1 WHERE id = ?2 AND balance - held >= ?1"
                    + " RETURNING balance - held";
    private static final String HOLD_OF_BUDGET =
            "INSERT INTO ledger_budget (id, limit_nano, posted, held, closes)"
                    + " VALUES (?, ?, 0, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                    + " limit_nano = excluded.limit_nano, held = ledger_budget.held + excluded.held"
                    + " WHERE excluded.limit_nano - ledger_budget.posted - ledger_budget.held"
                    + " >= excluded.held RETURNING limit_nano - posted - held";
    private static final String END =
            "UPDATE ledger_hold SET state = 'SETTLED', closed = 1"
                    + " WHERE id = ? AND state = 'OPEN' AND nano >= ?"
                    + " RETURNING account, lineage, budgets, agent, reference, nano";
    private static final String TAKE =
            "UPDATE ledger_hold SET prior = nano, nano = nano - ?2"
                    + " WHERE id = ?1 AND state = 'OPEN' AND nano >= ?2"
                    + " RETURNING account, lineage, budgets, agent, reference, ?2";
    private static final String POST_TO_TOKEN =
            "UPDATE ledger_token SET held = held - ?, posted = posted + ? WHERE id = ?";
    private static final String TAKE_FROM_ACCOUNT =
            "UPDATE ledger_account SET held = held - ?, balance = balance - ? WHERE id = ?";
    private static final String POST_TO_BUDGET =
            "UPDATE ledger_budget SET held = held - ?, posted = posted + ? WHERE id = ?";
    private static final String MOVE =
            "INSERT INTO ledger_movement (id, op, hash, time, hold, account, agent, reference,"
                    + " memo, pending, charged, released, unpaid, state, held, expires)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, 0)"
                    + " ON CONFLICT (id) DO NOTHING RETURNING seq";
    private static final String TRANSFER =
            "INSERT INTO ledger_transfer (movement, n, payer, payee, nano, kind)"
                    + " VALUES (?, ?, ?, ?, ?, ?)";
    private static final String CREDIT =
            "INSERT INTO ledger_credit (account, shard, amount) VALUES (?, 0, ?)"
                    + " ON CONFLICT (account, shard) DO UPDATE SET"
                    + " amount = ledger_credit.amount + excluded.amount";

    private SqliteMovements() {}

    /** How much of a row is held, or freed and charged. */
    private record Amount(long held, long charged) {
        Amount plus(Amount other) {
            return new Amount(sum(held, other.held), sum(charged, other.charged));
        }
    }

    static Work<List<Locking.Held>> lock(List<Opening> openings, long now) {
        return handle -> Locking.held(openings, open(handle, openings, now));
    }

    /** Opens them; how much more there is room for. */
    private static long open(Handle handle, List<Opening> openings, long now) {
        long left = holdOfTokens(handle, openings, lineages(handle, openings), now);
        left = Math.min(left, holdOfAccounts(handle, openings));
        return Math.min(left, holdOfBudgets(handle, openings));
    }

    private static long holdOfTokens(
            Handle handle, List<Opening> openings, List<List<String>> lineages, long now) {
        var sums = new HashMap<String, Long>();
        for (int i = 0; i < openings.size(); i++) {
            for (String token : lineages.get(i)) {
                sums.merge(token, openings.get(i).lock().nanoUsd(), SqliteMovements::sum);
            }
        }
        try (Prepared hold = Prepared.of(handle, HOLD_OF_TOKEN)) {
            long least = Long.MAX_VALUE;
            for (var sum : sums.entrySet()) {
                String id = sum.getKey();
                OptionalLong left = left(hold.with(sum.getValue()).with(id).with(now));
                if (left.isEmpty()) {
                    throw unusual("token", openings, i -> lineages.get(i).contains(id));
                }
                least = Math.min(least, left.getAsLong());
            }
            return least;
        }
    }

    /** What a row has left after a hold, empty if it has no room for it. */
    private static OptionalLong left(Prepared hold) {
        hold.query();
        OptionalLong left = hold.next() ? OptionalLong.of(hold.number(1)) : OptionalLong.empty();
        hold.endRows();
        return left;
    }

    private static long holdOfAccounts(Handle handle, List<Opening> openings) {
        var sums = new HashMap<String, Long>();
        for (Opening opening : openings) {
            sums.merge(opening.token().account(), opening.lock().nanoUsd(), SqliteMovements::sum);
        }
        try (Prepared hold = Prepared.of(handle, HOLD_OF_ACCOUNT)) {
            long least = Long.MAX_VALUE;
            for (var sum : sums.entrySet()) {
                String id = sum.getKey();
                OptionalLong left = left(hold.with(sum.getValue()).with(id));
                if (left.isEmpty()) {
                    throw unusual(
                            "account", openings, i -> openings.get(i).token().account().equals(id));
                }
                least = Math.min(least, left.getAsLong());
            }
            return least;
        }
    }

    private static long holdOfBudgets(Handle handle, List<Opening> openings) {
        var sums = new TreeMap<String, Long>();
        var rooms = new TreeMap<String, BudgetTable.Room>();
        for (Opening opening : openings) {
            opening.rooms()
                    .forEach(
                            (name, room) -> {
                                sums.merge(name, opening.lock().nanoUsd(), SqliteMovements::sum);
                                rooms.merge(name, room, BudgetTable.Room::smaller);
                            });
        }
        if (rooms.isEmpty()) {
            return Long.MAX_VALUE;
        }
        try (Prepared hold = Prepared.of(handle, HOLD_OF_BUDGET)) {
            long least = Long.MAX_VALUE;
            for (var each : rooms.entrySet()) {
                String name = each.getKey();
                BudgetTable.Room room = each.getValue();
                long nano = sums.getOrDefault(name, 0L);
                hold.with(name).with(room.limit()).with(nano).with(room.closes());
                OptionalLong left = nano > room.limit() ? OptionalLong.empty() : left(hold);
                if (left.isEmpty()) {
                    throw unusual(
                            "budget", openings, i -> openings.get(i).rooms().containsKey(name));
                }
                least = Math.min(least, left.getAsLong());
            }
            return least;
        }
    }

    /** Those of the openings, by their places, whose it is. */
    private static Unusual unusual(String what, List<Opening> openings, IntPredicate whose) {
        return new Unusual(
                what,
                IntStream.range(0, openings.size())
                        .filter(whose)
                        .mapToObj(i -> openings.get(i).lock().id())
                        .toList());
    }

    /** Opens them; which tokens each is held of. */
    private static List<List<String>> lineages(Handle handle, List<Opening> openings) {
        var lineages = new ArrayList<List<String>>();
        var unusual = new ArrayList<String>();
        try (Prepared open = Prepared.of(handle, OPEN)) {
            for (Opening opening : openings) {
                Ledger.Lock lock = opening.lock();
                open.with(lock.id())
                        .with(opening.hash())
                        .with(lock.agent())
                        .with(opening.reference())
                        .with(opening.budgets())
                        .with(lock.nanoUsd())
                        .with(opening.expires())
                        .with(opening.token().id())
                        .with(opening.token().account())
                        .query();
                if (open.next()) {
                    lineages.add(List.of(open.text(1).split(" ")));
                } else {
                    unusual.add(lock.id());
                }
                open.endRows();
            }
        }
        Unusual.unless(unusual.isEmpty(), "hold", unusual);
        return lineages;
    }

    static Work<List<Settlement>> settle(List<Charge> charges, long now) {
        return handle -> {
            List<Ended> ended = end(handle, charges);
            free(handle, ended);
            var credits = new TreeMap<String, Long>();
            enter(handle, ended, credits, now);
            credit(handle, credits);
            return ended.stream().map(Ended::settlement).toList();
        };
    }

    /**
     * A hold that has just ended, or of which a part was taken.
     *
     * @param nano that is not held any more
     */
    private record Ended(
            Charge charge,
            String account,
            String lineage,
            String budgets,
            String agent,
            String reference,
            long nano) {

        Amount amount() {
            return new Amount(nano, charge.total());
        }

        Settlement settlement() {
            return charge.settlement(nano);
        }
    }

    private static List<Ended> end(Handle handle, List<Charge> charges) {
        var ended = new ArrayList<Ended>();
        var unusual = new ArrayList<String>();
        try (Prepared end = Prepared.of(handle, END);
                Prepared take = Prepared.of(handle, TAKE)) {
            for (Charge charge : charges) {
                Prepared hold = charge.isPart() ? take : end;
                hold.with(charge.settle().hold()).with(charge.total()).query();
                if (hold.next()) {
                    ended.add(
                            new Ended(
                                    charge,
                                    hold.text(1),
                                    hold.text(2),
                                    hold.text(3),
                                    hold.text(4),
                                    charge.isPart() ? charge.partFor() : hold.text(5),
                                    hold.number(6)));
                } else {
                    unusual.add(charge.settle().hold());
                }
                hold.endRows();
            }
        }
        Unusual.unless(unusual.isEmpty(), "hold", unusual);
        return ended;
    }

    private static void free(Handle handle, List<Ended> ended) {
        var tokens = new HashMap<String, Amount>();
        var accounts = new HashMap<String, Amount>();
        var budgets = new TreeMap<String, Amount>();
        for (Ended each : ended) {
            for (String token : each.lineage().split(" ")) {
                tokens.merge(token, each.amount(), Amount::plus);
            }
            accounts.merge(each.account(), each.amount(), Amount::plus);
            if (!each.budgets().isEmpty()) {
                for (String budget : each.budgets().split("\n")) {
                    budgets.merge(budget, each.amount(), Amount::plus);
                }
            }
        }
        change(handle, POST_TO_TOKEN, tokens, "token");
        change(handle, TAKE_FROM_ACCOUNT, accounts, "account");
        // One that holds nothing may have been forgotten: that is for others to see.
        change(handle, POST_TO_BUDGET, budgets, "budget");
    }

    private static void change(
            Handle handle, String sql, Map<String, Amount> amounts, String what) {
        if (amounts.isEmpty()) {
            return;
        }
        try (Prepared change = Prepared.of(handle, sql)) {
            amounts.forEach(
                    (id, amount) ->
                            one(change.with(amount.held()).with(amount.charged()).with(id), what));
        }
    }

    private static void enter(
            Handle handle, List<Ended> ended, SortedMap<String, Long> credits, long now) {
        try (Prepared move = Prepared.of(handle, MOVE);
                Prepared transfer = Prepared.of(handle, TRANSFER)) {
            for (Ended each : ended) {
                long seq = move(move, each, now);
                long n = 0;
                for (var one : each.charge().transfers(each.account(), each.charge().total())) {
                    transfer.with(seq).with(n++).with(one.from()).with(one.to());
                    one(transfer.with(one.nano()).with(one.kind()), "transfer");
                    if (one.nano() != 0) {
                        credits.merge(one.to(), one.nano(), SqliteMovements::sum);
                    }
                }
            }
        }
    }

    private static long move(Prepared move, Ended ended, long now) {
        Charge charge = ended.charge();
        move.with(charge.settle().id())
                .with(charge.op().name())
                .with(charge.hash())
                .with(now)
                .with(charge.settle().hold())
                .with(ended.account())
                .with(ended.agent())
                .with(ended.reference())
                .with(charge.memo())
                .with(charge.pending())
                .with(charge.total())
                .with(ended.nano() - charge.total())
                .with(charge.state().name())
                .query();
        Unusual.unless(move.next(), "movement", List.of(charge.settle().hold()));
        long seq = move.number(1);
        move.endRows();
        return seq;
    }

    private static void credit(Handle handle, SortedMap<String, Long> credits) {
        if (credits.isEmpty()) {
            return;
        }
        try (Prepared credit = Prepared.of(handle, CREDIT)) {
            credits.forEach((account, nano) -> one(credit.with(account).with(nano), "credit"));
        }
    }

    private static void one(Prepared statement, String what) {
        Unusual.unless(statement.update() == 1, what, List.of());
    }

    /** More than a number holds is for those who look closer. */
    private static long sum(long a, long b) {
        long sum = a + b;
        Unusual.unless(((a ^ sum) & (b ^ sum)) >= 0, "sum", List.of());
        return sum;
    }
}
