package ai.robutler.identity;

import ai.robutler.store.Database;

import com.nimbusds.jose.jwk.ECKey;

import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The public signing keys of all nodes, in the database. Thread-safe. */
final class PublishedKeys {
    /** For so long a revoked key is remembered, lest a node that was off all the time revive it. */
    static final Duration MEMORY = Duration.ofDays(500);

    /**
     * One of them.
     *
     * @param goodUntil after which no token signed with it is good
     */
    record Published(ECKey jwk, Instant created, Instant goodUntil, boolean isRevoked) {
        String kid() {
            return jwk.getKeyID();
        }

        boolean isGood(Instant now) {
            return !isRevoked && now.isBefore(goodUntil.plus(ClaimRules.LEEWAY));
        }
    }

    private final Database database;

    PublishedKeys(Database database) {
        this.database = database;
    }

    /** Those with which good tokens may be signed, and the revoked ones among them. */
    List<Published> recent(Instant now) {
        return database.read(
                handle ->
                        handle
                                .select(
                                        "SELECT jwk, created, good_until, revoked FROM"
                                                + " identity_signing_keys WHERE good_until > ?"
                                                + " ORDER BY created, kid",
                                        now.minus(ClaimRules.LEEWAY).toEpochMilli())
                                .map(
                                        (row, _) ->
                                                published(
                                                        row.getString("jwk"),
                                                        row.getLong("created"),
                                                        row.getLong("good_until"),
                                                        row.getLong("revoked")))
                                .list()
                                .stream()
                                .flatMap(Optional::stream)
                                .toList());
    }

    private static Optional<Published> published(
            String jwk, long created, long goodUntil, long revoked) {
        try {
            return Optional.of(
                    new Published(
                            ECKey.parse(jwk),
                            Instant.ofEpochMilli(created),
                            Instant.ofEpochMilli(goodUntil),
                            revoked != 0));
        } catch (ParseException _) {
            // Of a version to come, perhaps: a key that is not understood here is not believed.
            return Optional.empty();
        }
    }

    /** Does nothing where it is published already, though it be revoked. */
    void publish(SigningKey key, Instant goodUntil) {
        database.write(
                handle ->
                        handle.execute(
                                "INSERT INTO identity_signing_keys (kid, jwk, created, good_until)"
                                        + " VALUES (?, ?, ?, ?) ON CONFLICT (kid) DO NOTHING",
                                key.kid(),
                                key.jwk().toPublicJWK().toJSONString(),
                                key.created().toEpochMilli(),
                                goodUntil.toEpochMilli()));
    }

    void extend(String kid, Instant goodUntil) {
        database.write(
                handle ->
                        handle.execute(
                                "UPDATE identity_signing_keys SET good_until = ?"
                                        + " WHERE kid = ? AND good_until < ?",
                                goodUntil.toEpochMilli(),
                                kid,
                                goodUntil.toEpochMilli()));
    }

    /** Whether there was such a key, and it was not revoked before. */
    boolean revoke(String kid, Instant now) {
        return database.write(
                        handle ->
                                handle.execute(
                                        "UPDATE identity_signing_keys SET revoked = ?"
                                                + " WHERE kid = ? AND revoked = 0",
                                        now.toEpochMilli(),
                                        kid))
                > 0;
    }

    void forget(Instant now) {
        database.write(
                handle ->
                        handle.execute(
                                "DELETE FROM identity_signing_keys WHERE good_until < ?",
                                now.minus(MEMORY).toEpochMilli()));
    }
}
