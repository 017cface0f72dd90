package ai.robutler.payments;

import ai.robutler.core.InvalidRequestException;
import ai.robutler.payments.Ledger.Line;
import ai.robutler.payments.Ledger.Statement;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What moved on an account, page by page, the newest first. */
record Statements(Books books) {
    private static final Pattern CURSOR = Pattern.compile("([0-9]{1,18})\\.([0-9]{1,9})");

    /** A line and its place. */
    private record Placed(String cursor, Line line) {}

    Statement statement(String account, String before, int limit) {
        Terms.account("account", account);
        if (limit < 1 || limit > 1_000) {
            throw InvalidRequestException.of("limit", "limit must be 1 to 1000.");
        }
        var cursor = CURSOR.matcher(before.isEmpty() ? Long.MAX_VALUE / 10 + ".0" : before);
        if (!cursor.matches()) {
            throw InvalidRequestException.of(
                    "before", "before must be the cursor of a page's 'next'.");
        }
        long movement = Long.parseLong(cursor.group(1));
        int n = Integer.parseInt(cursor.group(2));
        return books.read(
                handle -> {
                    var balance =
                            AccountTable.balance(handle, account)
                                    .orElse(new AccountTable.Balance(0, 0));
                    List<Placed> lines = lines(handle, account, movement, n, limit + 1);
                    boolean more = lines.size() > limit;
                    List<Placed> page = more ? lines.subList(0, limit) : lines;
                    return new Statement(
                            account,
                            balance.nano(),
                            balance.held(),
                            page.stream().map(Placed::line).toList(),
                            more ? page.getLast().cursor() : "");
                });
    }

    private List<Placed> lines(Handle handle, String account, long movement, int n, int limit) {
        List<String> places = places();
        return new ArrayList<>(
                handle.select(
                                "SELECT e.movement, e.n, m.id, m.time, e.nano, e.kind, e.counterparty,"
                                        + " m.agent, m.reference, m.memo,"
                                        + " CASE WHEN (m.pending = 1 OR m.unpaid > 0) AND NOT EXISTS"
                                        + " (SELECT 1 FROM ledger_movement r WHERE r.id = "
                                        + PendingCharges.RECONCILED
                                        + ") THEN 1 ELSE 0 END"
                                        + " FROM (SELECT movement, n FROM (SELECT * FROM ("
                                        + places.get(0)
                                        + ") a UNION ALL SELECT * FROM ("
                                        + places.get(1)
                                        + ") b) c WHERE (movement, n) < (?, ?)"
                                        + " ORDER BY movement DESC, n DESC LIMIT ?) p"
                                        + " JOIN ledger_entry e ON e.movement = p.movement AND e.n = p.n"
                                        + " JOIN ledger_movement m ON m.seq = p.movement"
                                        + " ORDER BY p.movement DESC, p.n DESC",
                                account,
                                movement,
                                n,
                                limit,
                                account,
                                movement,
                                n,
                                limit,
                                movement,
                                n,
                                limit)
                        .map(
                                (rows, _) ->
                                        new Placed(
                                                rows.getLong(1) + "." + rows.getInt(2),
                                                new Line(
                                                        rows.getString(3),
                                                        Instant.ofEpochMilli(rows.getLong(4)),
                                                        rows.getLong(5),
                                                        rows.getString(6),
                                                        rows.getString(7),
                                                        rows.getString(8),
                                                        rows.getString(9),
                                                        rows.getInt(11) == 1,
                                                        rows.getString(10))))
                        .list());
    }

    /** Two queries for where an account's entries are, the newest first. */
    private List<String> places() {
        return switch (books.database().kind()) {
            case POSTGRESQL -> List.of(side("payer", "n * 2"), side("payee", "n * 2 + 1"));
            case SQLITE ->
                    List.of(
                            "SELECT movement, n FROM ledger_line WHERE account = ?"
                                    + " AND (movement, n) < (?, ?)"
                                    + " ORDER BY movement DESC, n DESC LIMIT ?",
                            "SELECT movement, n FROM ledger_entry WHERE account = ?"
                                    + " AND movement > (SELECT upto FROM ledger_lined)"
                                    + " AND (movement, n) < (?, ?)"
                                    + " ORDER BY movement DESC, n DESC LIMIT ?");
        };
    }

    /** In the order of the index; a few may be of the same movement as the cursor. */
    private static String side(String account, String n) {
        return "SELECT movement, "
                + n
                + " AS n FROM ledger_transfer WHERE "
                + account
                + " = ? AND (movement, n) <= (?, ?)"
                + " ORDER BY movement DESC, ledger_transfer.n DESC LIMIT ? + 16";
    }
}
