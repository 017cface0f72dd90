package ai.robutler.identity;

import ai.robutler.core.CancelledException;
import ai.robutler.core.UnavailableException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The keys of another issuer, kept for a while.
 *
 * <p>They are fetched anew when they are older than {@link #FRESH}, and when a token names a key
 * that is not among them, but the latter at most once in {@link #PAUSE}: made-up key names cannot
 * make this server hammer an issuer. However many callers wait, one fetch is under way. An issuer
 * that is down does no harm for as long as its keys are younger than {@link #USABLE}.
 */
final class RemoteKeys implements KeySource {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteKeys.class);

    static final Duration FRESH = Duration.ofMinutes(10);
    static final Duration USABLE = Duration.ofHours(24);

    /** Between two fetches that were not due, and after one that failed. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    /** Two documents, each with its own time-out, and a little. */
    private static final Duration WAIT = Duration.ofSeconds(12);

    private record Fetched(List<VerificationKey> keys, Instant at) {}

    private final IssuerDocuments documents;
    private final InstantSource clock;

    /** Guards the fields below; never held while fetching. */
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable Fetched known;
    private @Nullable CompletableFuture<Fetched> underWay;
    private Instant lastTry = Instant.MIN;
    private String trouble = "";

    RemoteKeys(IssuerDocuments documents, InstantSource clock) {
        this.documents = documents;
        this.clock = clock;
    }

    @Override
    public List<VerificationKey> keys(String kid, Algorithm algorithm) {
        Fetched current = current();
        List<VerificationKey> found = select(current.keys(), kid, algorithm);
        if (found.isEmpty() && !kid.isEmpty()) {
            found = select(fetchIfAllowed().keys(), kid, algorithm);
        }
        return found;
    }

    static List<VerificationKey> select(
            List<VerificationKey> keys, String kid, Algorithm algorithm) {
        List<VerificationKey> fitting =
                keys.stream()
                        .filter(key -> key.algorithm() == algorithm)
                        .filter(key -> kid.isEmpty() || key.kid().equals(kid))
                        .toList();
        // Without a name, or with one that several have, nobody says which key is meant: trying
        // many would let one token cost many checks.
        return fitting.size() == 1 ? fitting : List.of();
    }

    /** What is wrong with the last fetch, "" where nothing is. */
    String trouble() {
        lock.lock();
        try {
            return trouble;
        } finally {
            lock.unlock();
        }
    }

    private Fetched current() {
        Fetched keys = known();
        if (keys != null && isYoungerThan(FRESH, keys)) {
            return keys;
        }
        Fetched latest = fetchIfAllowed();
        if (!isYoungerThan(USABLE, latest)) {
            throw unavailable();
        }
        return latest;
    }

    private @Nullable Fetched known() {
        lock.lock();
        try {
            return known;
        } finally {
            lock.unlock();
        }
    }

    private boolean isYoungerThan(Duration age, Fetched keys) {
        Duration since = Duration.between(keys.at(), clock.instant());
        // A clock that was set back must not make keys last longer.
        return since.compareTo(age) < 0 && since.compareTo(PAUSE.negated()) > 0;
    }

    /**
     * The keys as a fetch finds them; those known before where none may begin now, or it fails.
     *
     * @throws UnavailableException if none are known either
     */
    private Fetched fetchIfAllowed() {
        CompletableFuture<Fetched> fetch;
        lock.lock();
        try {
            if (underWay == null) {
                Instant now = clock.instant();
                if (!now.isBefore(lastTry) && now.isBefore(lastTry.plus(PAUSE))) {
                    return orUnavailable(known);
                }
                lastTry = now;
                underWay = start();
            }
            fetch = underWay;
        } finally {
            lock.unlock();
        }
        return await(fetch);
    }

    /** On a thread of its own: a caller who goes away must not take the others' fetch along. */
    private CompletableFuture<Fetched> start() {
        var fetch = new CompletableFuture<Fetched>();
        Thread.ofVirtual().name("keys-of-" + documents.issuer()).start(() -> fetch(fetch));
        return fetch;
    }

    private void fetch(CompletableFuture<Fetched> result) {
        Fetched fetched = null;
        String failure = "it was broken off";
        try {
            Instant begun = clock.instant();
            fetched = new Fetched(documents.keys(), begun);
            failure = "";
        } catch (NoDocumentException e) {
            failure = String.valueOf(e.getMessage());
        } catch (RuntimeException e) {
            failure = e.toString();
        } finally {
            // Whatever happens: a fetch that never ended would be waited for forever.
            end(result, fetched, failure);
        }
    }

    private void end(CompletableFuture<Fetched> result, @Nullable Fetched fetched, String failure) {
        lock.lock();
        try {
            underWay = null;
            trouble = failure;
            known = fetched == null ? known : fetched;
        } finally {
            lock.unlock();
        }
        if (fetched == null) {
            LOG.warn("The keys of {} cannot be fetched: {}", documents.issuer(), failure);
            result.completeExceptionally(new NoDocumentException(failure));
        } else {
            result.complete(fetched);
        }
    }

    private Fetched await(CompletableFuture<Fetched> fetch) {
        try {
            return fetch.get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException _) {
            return orUnavailable(known());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while waiting for an issuer's keys");
        }
    }

    private Fetched orUnavailable(@Nullable Fetched keys) {
        if (keys == null) {
            throw unavailable();
        }
        return keys;
    }

    private static UnavailableException unavailable() {
        return new UnavailableException(
                "The token cannot be checked now: the keys of its issuer cannot be fetched.",
                PAUSE,
                null);
    }
}
