package ai.robutler.payments;

import org.jdbi.v3.core.Handle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether the books are right, whatever happened. Each check is one look at the database, so that
 * it may run while money moves. Thread-safe; calls block.
 *
 * <p>What the database itself refuses (constraints and triggers) is checked here again: posted and
 * held within the limit of each token and budget, balances that cover what is held, entries and
 * movements that never change, ids that are used once.
 */
public final class Invariants {
    private static final int MOST = 20;

    private final Books books;

    Invariants(Books books) {
        this.books = books;
    }

    /** All of them, over all that ever moved; for tests and operators. Empty if all is right. */
    public List<String> check() {
        var found = new ArrayList<String>();
        found.addAll(totals());
        found.addAll(movements(0));
        found.addAll(ends(0));
        for (LedgerChecks check : LedgerChecks.values()) {
            found.addAll(rows(check.words(), check.sql()));
        }
        found.addAll(books.read(Invariants::limits));
        return found;
    }

    /**
     * The sums over all accounts, and the newest movements; within a moment, for the health of a
     * running server. Empty if all is right.
     *
     * @param newest how many movements are looked at, 1 or more
     */
    public List<String> checkRecent(int newest) {
        long from =
                books.read(
                        handle ->
                                handle.select("SELECT COALESCE(MAX(seq), 0) FROM ledger_movement")
                                                .mapTo(Long.class)
                                                .one()
                                        - newest);
        var found = new ArrayList<String>();
        found.addAll(totals());
        found.addAll(movements(Math.max(0, from)));
        found.addAll(ends(Math.max(0, from)));
        return found;
    }

    private List<String> totals() {
        var found = new ArrayList<String>();
        found.addAll(
                rows(
                        "the sum of all accounts is not zero but",
                        "SELECT CAST(s AS VARCHAR(40)) FROM (SELECT COALESCE("
                                + LedgerChecks.SUM
                                + ", 0) AS s FROM"
                                + " (SELECT balance AS v FROM ledger_account UNION ALL"
                                + " SELECT amount FROM ledger_credit) a) b WHERE s <> 0"));
        found.addAll(
                rows(
                        "what all accounts hold differs from the open holds by",
                        "SELECT CAST(s AS VARCHAR(40)) FROM (SELECT COALESCE("
                                + LedgerChecks.SUM
                                + ", 0) AS s FROM"
                                + " (SELECT held AS v FROM ledger_account UNION ALL"
                                + " SELECT -nano FROM ledger_hold WHERE state = 'OPEN' AND closed = 0) a) b"
                                + " WHERE s <> 0"));
        return found;
    }

    private List<String> movements(long after) {
        var found = new ArrayList<String>();
        found.addAll(
                rows(
                        "the entries of a movement are not two or more of the sum zero: no.",
                        "SELECT CAST(movement AS VARCHAR(40)) FROM ledger_entry WHERE movement > ?"
                                + " GROUP BY movement HAVING SUM(nano) <> 0 OR COUNT(*) < 2",
                        after));
        found.addAll(
                rows(
                        "a movement charged other than its entries say:",
                        "SELECT m.id FROM ledger_movement m LEFT JOIN (SELECT movement,"
                                + " SUM(CASE WHEN nano > 0 THEN nano ELSE 0 END) AS nano"
                                + " FROM ledger_entry WHERE movement > ? GROUP BY movement) e"
                                + " ON e.movement = m.seq WHERE m.seq > ?"
                                + " AND COALESCE(e.nano, 0) <> m.charged",
                        after,
                        after));
        return found;
    }

    /** Of the holds that the newest movements ended. */
    private List<String> ends(long after) {
        return rows(
                "a hold ended other than once, or than its movements say:",
                "SELECT h.id FROM ledger_hold h JOIN (SELECT hold, COUNT(*) AS n,"
                        + " MIN(op) AS op, SUM(charged) AS charged, SUM(released) AS released,"
                        + " MIN(state) AS state FROM ledger_movement"
                        + " WHERE seq > ? AND hold <> '' AND op IN ('SETTLE', 'VOID') GROUP BY hold) m"
                        + " ON m.hold = h.id WHERE NOT (m.n = 1 AND h.closed = 1 AND m.state = h.state"
                        + " AND CASE h.state"
                        + " WHEN 'SETTLED' THEN m.op = 'SETTLE' AND m.charged + m.released = h.nano"
                        + " WHEN 'VOIDED' THEN m.op = 'VOID' AND m.charged = 0 AND m.released = h.nano"
                        + " WHEN 'EXPIRED' THEN m.charged <= h.nano AND m.released = 0"
                        + " ELSE 1 = 0 END)",
                after);
    }

    private List<String> rows(String words, String sql, Object... arguments) {
        return books.read(
                handle ->
                        handle
                                .select(sql + " LIMIT " + MOST, arguments)
                                .mapTo(String.class)
                                .stream()
                                .map(id -> words + " " + id)
                                .toList());
    }

    /** What is posted and held, as the holds say it. */
    private static final class Use {
        private long posted;
        private long held;

        void add(long posted, long held) {
            this.posted = Math.addExact(this.posted, posted);
            this.held = Math.addExact(this.held, held);
        }
    }

    private static List<String> limits(Handle handle) {
        var tokens = new HashMap<String, Use>();
        var budgets = new HashMap<String, Use>();
        handle.select(
                        "SELECT h.lineage, h.budgets, SUM(COALESCE(m.charged, 0)),"
                                + " SUM(CASE WHEN h.state = 'OPEN' THEN h.nano ELSE 0 END)"
                                + " FROM ledger_hold h LEFT JOIN (SELECT hold, SUM(charged) AS charged"
                                + " FROM ledger_movement WHERE hold <> '' GROUP BY hold) m"
                                + " ON m.hold = h.id GROUP BY h.lineage, h.budgets")
                .map(
                        (rows, _) -> {
                            long posted = rows.getLong(3);
                            long held = rows.getLong(4);
                            add(tokens, rows.getString(1).split(" "), posted, held);
                            if (!rows.getString(2).isEmpty()) {
                                add(budgets, rows.getString(2).split("\n"), posted, held);
                            }
                            return 1;
                        })
                .list();
        var found = new ArrayList<String>();
        found.addAll(compare(handle, "token", "ledger_token", tokens));
        found.addAll(compare(handle, "budget", "ledger_budget", budgets));
        return found;
    }

    private static void add(Map<String, Use> all, String[] ids, long posted, long held) {
        for (String id : ids) {
            all.computeIfAbsent(id, _ -> new Use()).add(posted, held);
        }
    }

    private static List<String> compare(
            Handle handle, String what, String table, Map<String, Use> uses) {
        var found = new ArrayList<String>();
        handle.select("SELECT id, posted, held FROM " + table)
                .map(
                        (rows, _) -> {
                            Use use = uses.getOrDefault(rows.getString(1), new Use());
                            if (use.posted != rows.getLong(2) || use.held != rows.getLong(3)) {
                                found.add(
                                        "a %s has %d posted and %d held, by its holds %d and %d: %s"
                                                .formatted(
                                                        what,
                                                        rows.getLong(2),
                                                        rows.getLong(3),
                                                        use.posted,
                                                        use.held,
                                                        rows.getString(1)));
                            }
                            return 1;
                        })
                .list();
        return found.size() > MOST ? found.subList(0, MOST) : found;
    }
}
