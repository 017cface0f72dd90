package ai.robutler.payments;

import java.time.Instant;
import java.util.List;

/**
 * A payment token as the database has it.
 *
 * @param issue the id of its issue or delegation
 * @param lineage itself, its parent, and on to the token that was issued
 * @param revoked when, 0 where it is not
 */
record TokenRow(
        String id,
        String issue,
        String hash,
        String account,
        List<String> lineage,
        String agent,
        long limit,
        long posted,
        long held,
        long issued,
        long expires,
        long revoked) {
    TokenRow {
        lineage = List.copyOf(lineage);
    }

    long left() {
        return limit - posted - held;
    }

    boolean isGood(long now) {
        return revoked == 0 && expires > now;
    }

    boolean admits(String payee) {
        return agent.isEmpty() || agent.equals(payee);
    }

    int depth() {
        return lineage.size() - 1;
    }

    Instant expiry() {
        return Instant.ofEpochMilli(expires);
    }
}
