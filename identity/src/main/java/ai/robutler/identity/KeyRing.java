package ai.robutler.identity;

import ai.robutler.core.UnavailableException;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The public signing keys of all nodes as this node knows them: read anew when they are older than
 * {@link #FRESH}, or when a token names one that is not among them. So a revocation takes two
 * seconds to reach every node. While the database is away, they are good for {@link #USABLE}.
 * Thread-safe.
 */
final class KeyRing implements KeySource {
    static final Duration FRESH = Duration.ofSeconds(2);
    static final Duration USABLE = Duration.ofSeconds(60);

    /** What the database said. */
    private record Snapshot(Map<String, Entry> entries, Instant at) {}

    private record Entry(PublishedKeys.Published published, VerificationKey key) {}

    private final PublishedKeys table;
    private final InstantSource clock;
    private final ReentrantLock reading = new ReentrantLock();
    private final AtomicReference<Snapshot> snapshot =
            new AtomicReference<>(new Snapshot(Map.of(), Instant.MIN));
    private volatile Instant failed = Instant.MIN;

    KeyRing(PublishedKeys table, InstantSource clock) {
        this.table = table;
        this.clock = clock;
    }

    @Override
    public List<VerificationKey> keys(String kid, Algorithm algorithm) {
        if (!isThumbprint(kid)) {
            return List.of();
        }
        return find(kid)
                .filter(entry -> entry.published().isGood(clock.instant()))
                .map(Entry::key)
                .filter(key -> key.algorithm() == algorithm)
                .map(List::of)
                .orElse(List.of());
    }

    /** Whether it is published, be it good or not. */
    Optional<PublishedKeys.Published> published(String kid) {
        return find(kid).map(Entry::published);
    }

    private Optional<Entry> find(String kid) {
        Entry entry = fresh().entries().get(kid);
        if (entry == null) {
            // Perhaps another node has just made it. Names of keys cannot be guessed before there
            // are keys: an unknown one costs a read, as an unknown API key does.
            entry = read(clock.instant()).entries().get(kid);
        }
        return Optional.ofNullable(entry);
    }

    /** The good keys as they are published over HTTP. */
    JWKSet jwks() {
        Instant now = clock.instant();
        return new JWKSet(
                fresh().entries().values().stream()
                        .map(Entry::published)
                        .filter(published -> published.isGood(now))
                        .map(published -> (JWK) published.jwk())
                        .toList());
    }

    /** Has the next call read anew. */
    void forget() {
        snapshot.set(new Snapshot(Map.of(), Instant.MIN));
    }

    private Snapshot fresh() {
        Instant now = clock.instant();
        Snapshot known = snapshot.get();
        if (isYounger(known.at(), FRESH, now)) {
            return known;
        }
        boolean isUsable = isYounger(known.at(), USABLE, now);
        if (isUsable && (isYounger(failed, FRESH, now) || !reading.tryLock())) {
            // The database is away, or another caller is reading just now.
            return known;
        }
        try {
            return read(now);
        } catch (UnavailableException e) {
            failed = now;
            if (isUsable) {
                return known;
            }
            throw e;
        } finally {
            if (reading.isHeldByCurrentThread()) {
                reading.unlock();
            }
        }
    }

    /** Whether an instant is not longer ago; one in the future never is: clocks get set back. */
    private static boolean isYounger(Instant at, Duration age, Instant now) {
        return !at.isAfter(now) && now.isBefore(at.plus(age));
    }

    private Snapshot read(Instant now) {
        var entries = new LinkedHashMap<String, Entry>();
        for (PublishedKeys.Published each : table.recent(now)) {
            VerificationKey.of(each.jwk())
                    .ifPresent(key -> entries.put(each.kid(), new Entry(each, key)));
        }
        var read = new Snapshot(Collections.unmodifiableMap(entries), now);
        snapshot.accumulateAndGet(read, (a, b) -> b.at().isBefore(a.at()) ? a : b);
        return read;
    }

    private static boolean isThumbprint(String kid) {
        return kid.length() == 43;
    }
}
