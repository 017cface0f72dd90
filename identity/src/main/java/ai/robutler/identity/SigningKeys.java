package ai.robutler.identity;

import ai.robutler.core.Json;
import ai.robutler.core.TokenSigner;
import ai.robutler.core.UnavailableException;
import ai.robutler.store.Database;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.JWKSet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The keys with which this server signs its own tokens.
 *
 * <p>Each node has key pairs of its own in a folder, whose public parts all nodes of one database
 * share: what one signed is good on every other. A key is made long before the one before it is too
 * old, is published for {@link #SETTLE} before it signs, so that everybody has it when its first
 * token comes, and stays published until the last token signed with it has expired. Processes that
 * share a folder take turns in changing it, and find each other's keys within a minute. A key that
 * is revoked is no good anywhere within two seconds, and replaced.
 */
public final class SigningKeys implements TokenSigner {
    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

    /** Between a key's birth and its first signature; longer than others may cache the key set. */
    static final Duration SETTLE = Duration.ofMinutes(10);

    /** For how long a key is good without having signed anything that is good for longer. */
    static final Duration LEASE = Duration.ofDays(1);

    private static final Duration LONGEST = Duration.ofDays(3653);

    /** Characters of tokens. */
    private static final long REMEMBERED = 2_000_000;

    /** A private key, ready to sign. */
    private record Ready(SigningKey key, ECDSASigner signer) {}

    private final String issuer;
    private final KeyFolder folder;
    private final Duration rotation;
    private final PublishedKeys table;
    private final KeyRing ring;
    private final Signatures signatures;
    private final InstantSource clock;

    /**
     * Tokens that one of the keys signed, as they were read: one that comes with each request is
     * not read each time. Nothing is believed for that: claims and keys are looked at each time.
     */
    private final Cache<String, Jws> signed =
            Caffeine.newBuilder()
                    .maximumWeight(REMEMBERED)
                    .weigher((String _, Jws jws) -> jws.token().length())
                    .build();

    private volatile List<Ready> own = List.of();

    private SigningKeys(
            String issuer,
            KeyFolder folder,
            Duration rotation,
            PublishedKeys table,
            Signatures signatures,
            InstantSource clock) {
        this.issuer = issuer;
        this.folder = folder;
        this.rotation = rotation;
        this.table = table;
        this.ring = new KeyRing(table, clock);
        this.signatures = signatures;
        this.clock = clock;
    }

    /**
     * Opens the keys; makes the first where there is none. The tables of module {@code identity}
     * must be there.
     *
     * @param issuer what stands in the tokens, the same on all nodes
     * @param folder is created where it is missing, for its owner alone
     * @param rotation how old a key becomes
     * @throws IllegalStateException if others may read the keys; the message says how to mend that
     * @throws UnavailableException if the database is away
     */
    public static SigningKeys open(
            String issuer, Path folder, Duration rotation, Database database, InstantSource clock) {
        return open(issuer, folder, rotation, database, new Signatures(), clock);
    }

    static SigningKeys open(
            String issuer,
            Path folder,
            Duration rotation,
            Database database,
            Signatures signatures,
            InstantSource clock) {
        var keys =
                new SigningKeys(
                        issuer,
                        KeyFolder.open(folder),
                        rotation,
                        new PublishedKeys(database),
                        signatures,
                        clock);
        keys.refresh();
        return keys;
    }

    @Override
    public String issuer() {
        return issuer;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the claims have no {@code exp}, or one in the past or in
     *     more than ten years
     * @throws UnavailableException if the database is away, and must know of this token
     */
    @Override
    public String sign(String type, ObjectNode claims) {
        Instant now = clock.instant();
        JsonNode expiry = claims.path("exp");
        if (!expiry.canConvertToExactIntegral()
                || expiry.longValue() <= now.getEpochSecond()
                || expiry.longValue() > now.plus(LONGEST).getEpochSecond()) {
            throw new IllegalArgumentException(
                    "a token needs an expiry (exp) in the future, within ten years");
        }
        ObjectNode all = Json.shallowCopy(claims);
        all.put("iss", issuer);
        if (!all.has("iat")) {
            all.put("iat", now.getEpochSecond());
        }
        Ready ready = current(now);
        keepUntil(ready.key(), Instant.ofEpochSecond(expiry.longValue()));
        var header =
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(new JOSEObjectType(type))
                        .keyID(ready.key().kid())
                        .build();
        var token = new JWSObject(header, new Payload(Json.writeBytes(all)));
        try {
            token.sign(ready.signer());
        } catch (JOSEException e) {
            throw new IllegalStateException("this JVM cannot sign with P-256", e);
        }
        return token.serialize();
    }

    @Override
    public ObjectNode verify(String type, String audience, String token) {
        if (token.length() > Jws.MAX_LENGTH) {
            throw Jws.tooLong();
        }
        String hash = Sha256.hex(token);
        Jws known = signed.getIfPresent(hash);
        Jws jws = known == null ? Jws.parse(token) : known;
        new ClaimRules(issuer, Set.of(audience), Set.of(Jws.normal(type)))
                .check(jws, clock.instant());
        signatures.require(jws, hash, ring);
        if (known == null) {
            signed.put(hash, jws);
        }
        return Json.shallowCopy(jws.claims());
    }

    /** Returns if a key of this server signed the token, whatever it says. */
    void requireSigned(Jws jws) {
        signatures.require(jws, ring);
    }

    /** The public keys of all nodes, as third parties get them. */
    JWKSet jwks() {
        return ring.jwks();
    }

    /**
     * Makes all tokens signed with a key worthless: on this node now, on the others within two
     * seconds. A node whose key it is goes on with another, within a minute at most.
     *
     * @param kid as it stands in the key set and in the tokens
     * @return whether there was such a key, and it was not revoked before
     * @throws UnavailableException if the database is away
     */
    public boolean revoke(String kid) {
        boolean was = table.revoke(kid, clock.instant());
        ring.forget();
        return was;
    }

    /**
     * Sees what other processes did, and rotates what is old; called now and then.
     *
     * @throws UnavailableException if the database is away
     * @throws IllegalStateException if the folder is in no good state
     */
    void refresh() {
        Instant now = clock.instant();
        List<SigningKey> keys = folder.read();
        keys.forEach(key -> publishNew(key, now));
        if (keys.stream().noneMatch(key -> isYoung(key, now))) {
            keys = folder.change(inside -> replacement(inside, now));
            ring.forget();
        }
        own = keys.stream().filter(key -> !isRevoked(key)).map(SigningKeys::ready).toList();
        keepUntil(current(now).key(), now.plus(LEASE.dividedBy(2)));
        retire(keys, now);
    }

    /** Removes public keys that are of no use for a long time. */
    void cleanUp() {
        table.forget(clock.instant());
    }

    /** A key that only the folder knows, as with a new database; revoked ones stay revoked. */
    private void publishNew(SigningKey key, Instant now) {
        if (ring.published(key.kid()).isEmpty()) {
            table.publish(key, now.plus(LEASE));
            // It may be there, and forgotten by the others while this node was off.
            table.extend(key.kid(), now.plus(LEASE));
            ring.forget();
        }
    }

    /** Whether it needs no follower yet. */
    private boolean isYoung(SigningKey key, Instant now) {
        return now.isBefore(key.created().plus(rotation).minus(SETTLE)) && !isRevoked(key);
    }

    private Optional<SigningKey> replacement(List<SigningKey> inside, Instant now) {
        if (inside.stream().anyMatch(key -> isYoung(key, now))) {
            // Another process was quicker.
            inside.forEach(key -> publishNew(key, now));
            return Optional.empty();
        }
        SigningKey made = SigningKey.create(now);
        // First the others learn of it: a key that nobody knows must never sign.
        table.publish(made, now.plus(LEASE));
        LOG.debug("The signing key {} was made", made.kid());
        return Optional.of(made);
    }

    private boolean isRevoked(SigningKey key) {
        return ring.published(key.kid()).map(PublishedKeys.Published::isRevoked).orElse(false);
    }

    private static Ready ready(SigningKey key) {
        try {
            return new Ready(key, new ECDSASigner(key.jwk()));
        } catch (JOSEException e) {
            throw new IllegalStateException("this JVM cannot sign with P-256", e);
        }
    }

    /** The newest that everybody knows by now; else the newest. */
    private Ready current(Instant now) {
        Ready newest = null;
        Ready settled = null;
        for (Ready each : own) {
            if (!isRevoked(each.key())) {
                newest = each;
                settled = isSettled(each.key(), now) ? each : settled;
            }
        }
        Ready chosen = settled == null ? newest : settled;
        if (chosen == null) {
            throw new UnavailableException(
                    "This server's signing key was revoked; it gets a new one.", SETTLE, null);
        }
        return chosen;
    }

    private static boolean isSettled(SigningKey key, Instant now) {
        return !now.isBefore(key.created().plus(SETTLE));
    }

    /** Keeps the key published for as long as a token is good; seldom has to write that down. */
    private void keepUntil(SigningKey key, Instant expiry) {
        Instant known =
                ring.published(key.kid())
                        .map(PublishedKeys.Published::goodUntil)
                        .orElse(Instant.MIN);
        if (known.isBefore(expiry)) {
            table.extend(key.kid(), expiry.plus(LEASE));
            ring.forget();
        }
    }

    /** Private keys that have not signed for a day: what is gone cannot be stolen. */
    private void retire(List<SigningKey> keys, Instant now) {
        SigningKey current = current(now).key();
        for (SigningKey each : keys) {
            boolean isOld =
                    each.created().isBefore(current.created())
                            && isSettled(current, now.minus(LEASE));
            if (isOld || isRevoked(each)) {
                folder.delete(each);
                LOG.info("The signing key {} was retired", each.kid());
            }
        }
    }
}
