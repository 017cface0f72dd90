package ai.robutler.store;

import ai.robutler.core.AnswerLog;
import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.RecordedAnswer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers in the database, for all nodes, and after a restart. Its table is one of the module
 * {@code store}, see {@link Database#migrate}. All methods throw {@link
 * ai.robutler.core.UnavailableException} while the database is away. Thread-safe.
 *
 * <p>Who answers a request has a lease, which this object renews; when its node dies, or cannot
 * reach the database for longer than the lease, another may answer. Those who wait look again every
 * half second at the latest.
 */
public final class StoredAnswers implements AnswerLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoredAnswers.class);
    private static final long SWEEP_EVERY = Duration.ofMinutes(1).toMillis();
    private static final long FIRST_LOOK = 10;
    private static final long LONGEST_LOOK = 500;

    /**
     * How much is kept.
     *
     * @param answers how many, of whatever size; a few more for up to a minute
     * @param chars how much text in all of them together
     * @param time how long each is kept
     * @param lease how long a request is left to a node that is not heard of
     */
    public record Bounds(int answers, long chars, Duration time, Duration lease) {
        public Bounds {
            if (answers < 1 || chars < 1 || time.toMillis() < 1 || lease.toMillis() < 10) {
                throw new IllegalArgumentException("bounds must be positive");
            }
        }

        /** 100,000 answers of 1 GB together, for a day; leases of 30 seconds. */
        public static Bounds standard() {
            return new Bounds(100_000, 1L << 30, Duration.ofDays(1), Duration.ofSeconds(30));
        }
    }

    private final Database database;
    private final Bounds bounds;
    private final InstantSource clock;
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private final AtomicLong nextSweep = new AtomicLong();
    private final ScheduledExecutorService renewal =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("robutler-answer-leases").factory());

    public StoredAnswers(Database database) {
        this(database, Bounds.standard(), InstantSource.system());
    }

    /**
     * @param clock must be about the same on all nodes
     */
    public StoredAnswers(Database database, Bounds bounds, InstantSource clock) {
        this.database = database;
        this.bounds = bounds;
        this.clock = clock;
        long third = bounds.lease().toMillis() / 3;
        var _ = renewal.scheduleWithFixedDelay(this::renew, third, third, TimeUnit.MILLISECONDS);
    }

    private void renew() {
        List<String> claims = List.copyOf(held);
        if (claims.isEmpty()) {
            return;
        }
        try {
            database.write(
                    handle -> {
                        AnswerRows.renew(handle, claims, leasedUntil());
                        return null;
                    });
        } catch (RuntimeException e) {
            LOG.warn("{} requests could not be held for this node", claims.size(), e);
        }
    }

    private long leasedUntil() {
        return clock.millis() + bounds.lease().toMillis();
    }

    @Override
    public Claim claim(String key, String fingerprint, Deadline until) {
        return claim(key, "", fingerprint, until);
    }

    @Override
    public Claim claim(String key, String user, String fingerprint, Deadline until) {
        var mine = new Held(key, UUID.randomUUID().toString());
        String awaited = "";
        long pause = FIRST_LOOK;
        while (true) {
            if (awaited.isEmpty() && take(mine, user, fingerprint)) {
                held.add(mine.claim);
                return mine;
            }
            Optional<AnswerRows.Row> found =
                    database.read(handle -> AnswerRows.find(handle, key, clock.millis()));
            boolean isAwaited = found.isPresent() && found.get().claim().equals(awaited);
            Optional<Claim> end = found.flatMap(row -> end(row, fingerprint, isAwaited));
            if (end.isPresent()) {
                return end.get();
            }
            if (until.hasPassed()) {
                return new Running();
            }
            if (found.isPresent() && found.get().state() == AnswerRows.State.RUNNING) {
                awaited = found.get().claim();
                sleep(Math.clamp(until.remaining().toMillis(), 1, pause));
                pause = Math.min(LONGEST_LOOK, pause * 2);
            } else {
                awaited = "";
            }
        }
    }

    /** Whether the request is the caller's now. */
    private boolean take(Held mine, String user, String fingerprint) {
        long now = clock.millis();
        boolean taken =
                database.write(
                        handle -> {
                            if (now >= nextSweep.get()) {
                                AnswerRows.sweep(handle, bounds, now);
                            }
                            return AnswerRows.take(
                                    handle,
                                    mine.key,
                                    user,
                                    fingerprint,
                                    mine.claim,
                                    now,
                                    leasedUntil());
                        });
        long due = nextSweep.get();
        if (now >= due) {
            nextSweep.compareAndSet(due, now + SWEEP_EVERY);
        }
        return taken;
    }

    /** What the row is to somebody who asks; empty where that is a matter of time. */
    private static Optional<Claim> end(AnswerRows.Row row, String fingerprint, boolean isAwaited) {
        if (row.state() == AnswerRows.State.PASSED && !isAwaited) {
            return Optional.empty();
        }
        if (!row.fingerprint().equals(fingerprint)) {
            return Optional.of(new Conflict());
        }
        return switch (row.state()) {
            case RUNNING -> Optional.empty();
            case KEPT, PASSED -> Optional.of(new Answered(answer(row)));
            case LARGE -> Optional.of(new NotKept());
        };
    }

    private static RecordedAnswer answer(AnswerRows.Row row) {
        return Json.mapper().readValue(row.answer(), RecordedAnswer.class);
    }

    /** With some chance in it, so that those who wait do not all look at once. */
    private static void sleep(long millis) {
        try {
            Thread.sleep(Math.max(1, millis / 2 + ThreadLocalRandom.current().nextLong(millis)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while another request is answered");
        }
    }

    /** Renews no more leases. The database is not closed. */
    @Override
    public void close() {
        renewal.shutdownNow();
    }

    private final class Held implements Mine {
        private final String key;
        private final String claim;

        Held(String key, String claim) {
            this.key = key;
            this.claim = claim;
        }

        @Override
        public void keep(RecordedAnswer answer) {
            end(AnswerRows.State.KEPT, Json.write(Json.tree(answer)), bounds.time());
        }

        @Override
        public void pass(RecordedAnswer answer) {
            end(AnswerRows.State.PASSED, Json.write(Json.tree(answer)), bounds.lease());
        }

        @Override
        public void tooLarge() {
            end(AnswerRows.State.LARGE, "", bounds.time());
        }

        private void end(AnswerRows.State state, String answer, Duration time) {
            long until = clock.millis() + time.toMillis();
            if (held.remove(claim)
                    && !database.write(
                            handle -> AnswerRows.end(handle, key, claim, state, answer, until))) {
                LOG.warn("an answer came too late: another node has its request by now");
            }
        }

        @Override
        public void abandon() {
            if (held.remove(claim)) {
                database.write(
                        handle -> {
                            AnswerRows.abandon(handle, key, claim);
                            return null;
                        });
            }
        }
    }
}
