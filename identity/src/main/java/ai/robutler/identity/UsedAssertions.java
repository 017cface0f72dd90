package ai.robutler.identity;

import ai.robutler.store.Database;

import java.time.Duration;
import java.time.Instant;

/**
 * The owner assertions that were used, on whichever node: each can be used once. They are
 * remembered for as long as they could be good anywhere. Thread-safe.
 */
record UsedAssertions(Database database) {
    /** For nodes whose clocks are behind. */
    private static final Duration MARGIN = Duration.ofMinutes(5);

    /**
     * Whether this is the first use, out of any number at once.
     *
     * @param expiry after which the token is refused anyway
     * @throws ai.robutler.core.UnavailableException if nobody can tell now
     */
    boolean use(String issuer, String jti, Instant expiry) {
        // A hash, so that the length of what strangers send is not the table's; \0 is in neither.
        String id = Sha256.hex(issuer + "\0" + jti);
        long until = expiry.plus(ClaimRules.LEEWAY).plus(MARGIN).toEpochMilli();
        return database.write(
                        handle ->
                                handle.execute(
                                        "INSERT INTO identity_used_assertions (id, expires)"
                                                + " VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
                                        id,
                                        until))
                > 0;
    }

    void forget(Instant now) {
        database.write(
                handle ->
                        handle.execute(
                                "DELETE FROM identity_used_assertions WHERE expires < ?",
                                now.toEpochMilli()));
    }
}
