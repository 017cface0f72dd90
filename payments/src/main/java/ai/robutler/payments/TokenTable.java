package ai.robutler.payments;

import ai.robutler.core.PaymentRequiredException;
import ai.robutler.core.PaymentRequiredException.Reason;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Payment tokens: what they are good for, and how much of it is posted and held. */
final class TokenTable {
    private static final String COLUMNS =
            "id, issue, hash, account, lineage, agent, limit_nano, posted, held, issued, expires, revoked";

    private TokenTable() {}

    /** False if the issue's id has been used. */
    static boolean insert(Handle handle, TokenRow row) {
        return handle.execute(
                        "INSERT INTO ledger_token ("
                                + COLUMNS
                                + ", depth) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, 0, ?)"
                                + " ON CONFLICT (issue) DO NOTHING",
                        row.id(),
                        row.issue(),
                        row.hash(),
                        row.account(),
                        String.join(" ", row.lineage()),
                        row.agent(),
                        row.limit(),
                        row.issued(),
                        row.expires(),
                        row.depth())
                == 1;
    }

    static Optional<TokenRow> find(Handle handle, String id) {
        return handle.select("SELECT " + COLUMNS + " FROM ledger_token WHERE id = ?", id)
                .map((rows, _) -> row(rows))
                .findOne();
    }

    static Optional<TokenRow> findIssue(Handle handle, String issue) {
        return handle.select("SELECT " + COLUMNS + " FROM ledger_token WHERE issue = ?", issue)
                .map((rows, _) -> row(rows))
                .findOne();
    }

    static List<TokenRow> ofAccount(Handle handle, String account, String after, int limit) {
        return handle.select(
                        "SELECT "
                                + COLUMNS
                                + " FROM ledger_token WHERE account = ? AND id > ?"
                                + " ORDER BY id LIMIT ?",
                        account,
                        after,
                        limit)
                .map((rows, _) -> row(rows))
                .list();
    }

    /** The token and those that it came of, itself first. */
    static List<TokenRow> lineage(Handle handle, TokenRow token) {
        var rows = new ArrayList<TokenRow>();
        rows.add(token);
        for (String id : token.lineage().subList(1, token.lineage().size())) {
            rows.add(find(handle, id).orElseThrow());
        }
        return rows;
    }

    /**
     * Holds an amount of a token and of each that it came of. All transactions take these rows from
     * the child to the parent, so that none waits for another in a circle.
     */
    static void hold(Handle handle, List<String> lineage, long nano, long now) {
        for (String id : lineage) {
            int held =
                    handle.execute(
                            "UPDATE ledger_token SET held = held + ? WHERE id = ? AND revoked = 0"
                                    + " AND expires > ? AND limit_nano - posted - held >= ?",
                            nano,
                            id,
                            now,
                            nano);
            if (held != 1) {
                TokenRow row = find(handle, id).orElseThrow(TokenTable::unknown);
                requireGood(row, now);
                throw exceeded(row, nano);
            }
        }
    }

    /** Frees what was held, and posts what is charged of it. */
    static void release(Handle handle, List<String> lineage, long held, long charged) {
        for (String id : lineage) {
            Rows.one(
                    handle.execute(
                            "UPDATE ledger_token SET held = held - ?, posted = posted + ? WHERE id = ?",
                            held,
                            charged,
                            id));
        }
    }

    /** Posts a charge for which nothing is held any more, if there is room. */
    static void charge(Handle handle, List<String> lineage, long nano) {
        for (String id : lineage) {
            int charged =
                    handle.execute(
                            "UPDATE ledger_token SET posted = posted + ? WHERE id = ?"
                                    + " AND limit_nano - posted - held >= ?",
                            nano,
                            id,
                            nano);
            if (charged != 1) {
                throw exceeded(find(handle, id).orElseThrow(TokenTable::unknown), nano);
            }
        }
    }

    static void requireGood(TokenRow row, long now) {
        if (row.revoked() != 0) {
            throw invalid("The payment token has been revoked.");
        }
        if (row.expires() <= now) {
            throw invalid("The payment token has expired.");
        }
    }

    static PaymentRequiredException unknown() {
        return invalid("The payment token is not known here.");
    }

    static PaymentRequiredException otherAgent() {
        return invalid("The payment token is for another agent.");
    }

    static PaymentRequiredException invalid(String words) {
        return new PaymentRequiredException(Reason.PAYMENT_TOKEN_INVALID, words);
    }

    private static NotEnough exceeded(TokenRow row, long nano) {
        return NotEnough.limit(
                "The payment token's limit has not enough room for this.", nano, row.left());
    }

    private static TokenRow row(ResultSet rows) throws SQLException {
        return new TokenRow(
                rows.getString(1),
                rows.getString(2),
                rows.getString(3),
                rows.getString(4),
                List.of(rows.getString(5).split(" ")),
                rows.getString(6),
                rows.getLong(7),
                rows.getLong(8),
                rows.getLong(9),
                rows.getLong(10),
                rows.getLong(11),
                rows.getLong(12));
    }
}
