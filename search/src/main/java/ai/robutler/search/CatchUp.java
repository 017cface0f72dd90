package ai.robutler.search;

import ai.robutler.core.ApiException;
import ai.robutler.core.CancelledException;
import ai.robutler.store.Database;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Has those documents embedded that have no vector yet, on one node at a time, and hands the
 * vectors to all nodes through the feed. A provider that fails delays vectors, and nothing else.
 */
final class CatchUp implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LEASE = Duration.ofMinutes(3);

    /** How many are looked for at once: each look costs the index a new part. */
    private static final int LOOK = 2_048;

    /** How many are kept at once: what was paid for is not to be lost. */
    private static final int AT_ONCE = 256;

    private final Database database;
    private final IndexOptions options;
    private final VectorRows rows;
    private final Texts texts;
    private final Follower follower;
    private final Lease lease;
    private final Thread thread;
    private volatile String trouble = "";
    private boolean holds;

    /** Beside the interrupt, which others may take for theirs. */
    private volatile boolean closed;

    CatchUp(
            Database database,
            IndexOptions options,
            VectorRows rows,
            ai.robutler.core.Embedder embedder,
            Follower follower) {
        this.database = database;
        this.options = options;
        this.rows = rows;
        this.texts = new Texts(embedder, PATIENCE);
        this.follower = follower;
        this.lease = new Lease(database, "embed-" + options.feed().name(), LEASE);
        this.thread =
                Thread.ofVirtual().name("search-embed-" + options.feed().name()).unstarted(this);
    }

    void start() {
        thread.start();
    }

    Optional<String> trouble() {
        return Optional.of(trouble).filter(words -> !words.isEmpty());
    }

    @Override
    public void run() {
        Duration pause = PAUSE;
        try {
            while (!closed) {
                Thread.sleep(pause);
                pause = round() ? PAUSE : longer(pause);
            }
        } catch (InterruptedException | CancelledException e) {
            LOG.debug("{} ends", thread.getName());
        }
        // What is left to do is done still.
        var _ = Thread.interrupted();
        release();
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    /** Embeds all that waits, as far as it goes well. */
    private boolean round() {
        try {
            List<String> awaiting = follower.awaiting(LOOK);
            while (!closed && !awaiting.isEmpty() && holds()) {
                for (int i = 0; i < awaiting.size() && !closed && holds(); i += AT_ONCE) {
                    embed(awaiting.subList(i, Math.min(awaiting.size(), i + AT_ONCE)));
                }
                // So that the same are not found again.
                follower.refresh(PATIENCE);
                awaiting = follower.awaiting(LOOK);
            }
            if (awaiting.isEmpty()) {
                release();
            }
            trouble = "";
            return true;
        } catch (ApiException e) {
            trouble(e.getMessage());
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (CancelledException e) {
            throw e;
        } catch (RuntimeException e) {
            if (closed) {
                throw new CancelledException("closed while documents were embedded");
            }
            LOG.error("Documents of {} get no vectors", rows.feed(), e);
            trouble(e.toString());
        }
        return false;
    }

    private static CancelledException interrupted() {
        Thread.currentThread().interrupt();
        return new CancelledException("interrupted while documents were embedded");
    }

    private void trouble(@org.jspecify.annotations.Nullable String words) {
        String now = "vectors wait: " + words;
        if (!now.equals(trouble)) {
            LOG.warn("Documents of {} are found by words alone: {}", rows.feed(), words);
        }
        trouble = now;
    }

    private boolean holds() {
        holds = lease.take();
        return holds;
    }

    private void release() {
        if (holds) {
            try {
                lease.release();
                // Not before: who is interrupted here releases it at the end.
                holds = false;
            } catch (ApiException | CancelledException e) {
                LOG.debug("the lease ends by itself", e);
            }
        }
    }

    private void embed(List<String> ids) {
        Map<String, String> byHash = new LinkedHashMap<>();
        Map<String, byte[]> vectors =
                database.read(
                        handle -> {
                            byHash.clear();
                            for (SearchDocument each : options.table().load(handle, ids)) {
                                String text = each.meaningText();
                                byHash.put(VectorRows.hash(text), text);
                            }
                            return byHash.isEmpty()
                                    ? new HashMap<>()
                                    : rows.known(handle, byHash.keySet());
                        });
        byHash.keySet().removeAll(vectors.keySet());
        List<String> hashes = List.copyOf(byHash.keySet());
        List<Optional<float[]>> embedded = texts.embed(List.copyOf(byHash.values()));
        for (int i = 0; i < hashes.size(); i++) {
            vectors.put(hashes.get(i), embedded.get(i).map(Vector::bytes).orElse(new byte[0]));
        }
        database.write(handle -> save(handle, ids, vectors));
    }

    /**
     * For what is there with the same text still. The feed is held from the beginning: what others
     * remove is gone by then, or not before the end.
     */
    private boolean save(Handle handle, List<String> ids, Map<String, byte[]> vectors) {
        options.feed().note(handle, List.of(), List.of());
        var saved = new ArrayList<VectorRows.Row>();
        var gone = new HashSet<>(ids);
        for (SearchDocument each : options.table().load(handle, ids)) {
            gone.remove(each.id());
            String hash = VectorRows.hash(each.meaningText());
            byte[] vector = vectors.get(hash);
            if (vector != null) {
                saved.add(new VectorRows.Row(each.id(), hash, vector));
            }
        }
        rows.save(handle, saved);
        options.feed()
                .note(handle, saved.stream().map(VectorRows.Row::id).toList(), List.copyOf(gone));
        return true;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
