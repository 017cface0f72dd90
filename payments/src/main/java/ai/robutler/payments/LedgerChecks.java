package ai.robutler.payments;

/** What must not be found in the database: each a query for the names of what is wrong. */
enum LedgerChecks {
    BALANCES(
            "an account's balance differs from its entries:",
            "SELECT id FROM (SELECT account AS id, -nano AS v FROM ledger_entry"
                    + " UNION ALL SELECT id, balance FROM ledger_account"
                    + " UNION ALL SELECT account, amount FROM ledger_credit) a"
                    + " GROUP BY id HAVING "
                    + LedgerChecks.SUM
                    + " <> 0"),
    HELD(
            "what an account holds differs from its open holds:",
            "SELECT id FROM (SELECT id, held AS v FROM ledger_account"
                    + " UNION ALL SELECT account, -nano FROM ledger_hold WHERE state = 'OPEN' AND closed = 0) a"
                    + " GROUP BY id HAVING "
                    + LedgerChecks.SUM
                    + " <> 0"),
    COVERED(
            "an account holds more than it has:",
            "SELECT id FROM ledger_account WHERE held < 0 OR balance < held"),
    TOKENS(
            "a token is over its limit:",
            "SELECT id FROM ledger_token WHERE posted < 0 OR held < 0 OR posted + held > limit_nano"),
    BUDGETS(
            "a budget is over its limit:",
            "SELECT id FROM ledger_budget WHERE posted < 0 OR held < 0 OR posted + held > limit_nano"),
    PARENTS(
            "a token is larger or lasts longer than the one that it came of:",
            "SELECT c.id FROM ledger_token c JOIN ledger_token p"
                    + " ON c.lineage = c.id || ' ' || p.lineage"
                    + " WHERE c.limit_nano > p.limit_nano OR c.expires > p.expires"
                    + " OR c.account <> p.account OR (p.agent <> '' AND c.agent = '')"
                    + " OR c.posted + c.held > p.posted + p.held OR c.depth <> p.depth + 1"),
    ORPHANS(
            "a token came of one that is not there:",
            "SELECT c.id FROM ledger_token c WHERE c.depth > 0 AND NOT EXISTS"
                    + " (SELECT 1 FROM ledger_token p WHERE c.lineage = c.id || ' ' || p.lineage)"),
    UNENDED(
            "a hold ended without a movement, or is open with one:",
            "SELECT h.id FROM ledger_hold h LEFT JOIN (SELECT hold, COUNT(*) AS n FROM ledger_movement"
                    + " WHERE op IN ('SETTLE', 'VOID') AND hold <> '' GROUP BY hold) m"
                    + " ON m.hold = h.id WHERE COALESCE(m.n, 0) <> h.closed"
                    + " OR (h.state IN ('SETTLED', 'VOIDED') AND h.closed = 0)"),
    OVERCHARGED(
            "more was charged to a hold than it held:",
            "SELECT h.id FROM ledger_hold h JOIN (SELECT hold, SUM(charged) AS charged"
                    + " FROM ledger_movement WHERE hold <> '' AND op NOT IN ('RECONCILE', 'CAPTURE')"
                    + " GROUP BY hold) m ON m.hold = h.id WHERE m.charged > h.nano"),
    PARTS(
            "what a hold held at first is not what it holds and its parts:",
            "SELECT h.id FROM ledger_hold h JOIN (SELECT hold, SUM(CASE WHEN op = 'CAPTURE' THEN"
                    + " charged ELSE 0 END) AS charged, SUM(CASE WHEN op = 'ADJUST' THEN 1 ELSE 0 END)"
                    + " AS adjusted FROM ledger_movement WHERE hold <> '' GROUP BY hold) m"
                    + " ON m.hold = h.id WHERE m.adjusted = 0 AND h.nano + m.charged <> h.locked_nano"),
    UNPAID(
            "a movement is charged and unpaid at once:",
            "SELECT id FROM ledger_movement WHERE charged > 0 AND unpaid > 0"),
    STRAY(
            "a transfer belongs to no movement: no.",
            "SELECT DISTINCT CAST(movement AS VARCHAR(40)) FROM ledger_transfer t WHERE NOT EXISTS"
                    + " (SELECT 1 FROM ledger_movement m WHERE m.seq = t.movement)"),
    TWICE(
            "an id was used twice:",
            "SELECT id FROM ledger_movement GROUP BY id HAVING COUNT(*) > 1"),
    TWICE_HELD(
            "a hold's id was used twice:",
            "SELECT id FROM ledger_hold GROUP BY id HAVING COUNT(*) > 1"),
    TWICE_ISSUED(
            "an issue's id was used twice:",
            "SELECT issue FROM ledger_token GROUP BY issue HAVING COUNT(*) > 1");

    /** In two parts, since SQLite counts to nine billion dollars only, and sums on the way. */
    static final String SUM = "SUM(v / 1000000000) * 1000000000 + SUM(v % 1000000000)";

    private final String words;
    private final String sql;

    LedgerChecks(String words, String sql) {
        this.words = words;
        this.sql = sql;
    }

    String words() {
        return words;
    }

    String sql() {
        return sql;
    }
}
