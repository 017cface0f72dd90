package ai.robutler.payments;

import ai.robutler.core.ConflictException;
import ai.robutler.core.Interrupts;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.PaymentRequiredException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Ends of charges: written at once, or, while the ledger cannot be reached, later and again until
 * it takes them. What is never written is logged whole, for people; its hold ends by itself then,
 * and the payer has paid nothing: the owner bears that. Thread-safe.
 */
final class UnwrittenCharges implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UnwrittenCharges.class);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /** How one end is written. A repetition does no harm. */
    interface Ending {
        void write();

        /** Who owes whom how much for what, without any secret: all that is left if it fails. */
        String record();

        /** Whether anybody loses by it if it is never written: a hold that is not freed ends. */
        boolean matters();

        static Ending of(String record, Runnable write) {
            return new Simple(record, write, true);
        }

        /** Of a hold of which nothing is charged. */
        static Ending free(String hold, Runnable write) {
            return new Simple("hold " + hold + " is free again", write, false);
        }
    }

    private record Simple(String record, Runnable body, boolean matters) implements Ending {
        @Override
        public void write() {
            body.run();
        }
    }

    private final Duration firstPause;
    private final Duration patience;
    private final Semaphore room;
    private final Set<Pending> pending = ConcurrentHashMap.newKeySet();
    private final Set<Thread> writers = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor executor;
    private volatile boolean closed;

    UnwrittenCharges() {
        this(Duration.ofMillis(250), Duration.ofHours(1), 10_000);
    }

    /**
     * @param firstPause before the first repetition; each further one is twice as long
     * @param patience for how long one end is tried
     * @param most how many may wait
     */
    UnwrittenCharges(Duration firstPause, Duration patience, int most) {
        this.firstPause = firstPause;
        this.patience = patience;
        this.room = new Semaphore(most);
        executor =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("unwritten-charges").factory());
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Writes an end, now or later. Does not throw; an interrupt waits until it is written. */
    void write(Ending ending) {
        Interrupts.heldBack(() -> writeNow(ending));
    }

    private void writeNow(Ending ending) {
        try {
            ending.write();
        } catch (RuntimeException e) {
            if (isFinal(e)) {
                lost(ending, e);
            } else {
                later(ending, e);
            }
        }
    }

    /**
     * Writes an end as {@link #write} does, and waits only until it tells that this program is not
     * needed for it any more.
     *
     * @param ending gets what it tells that by; that may never happen
     */
    void handOver(Function<Runnable, Ending> ending) {
        var handedOver = new CountDownLatch(1);
        Ending it = ending.apply(handedOver::countDown);
        Thread writer =
                Interrupts.impossibleIn(
                        "charge",
                        () -> {
                            try {
                                writeNow(it);
                            } finally {
                                handedOver.countDown();
                                writers.remove(Thread.currentThread());
                            }
                        });
        writers.add(writer);
        writer.start();
        Interrupts.await(handedOver);
    }

    /** Writes an end soon, and does not wait for it. */
    void writeLater(Ending ending, RuntimeException why) {
        later(ending, why);
    }

    /** How many wait to be written. */
    int size() {
        return pending.size();
    }

    /** The ledger has answered, and will not say otherwise. */
    static boolean isFinal(RuntimeException e) {
        return e instanceof ConflictException
                || e instanceof InvalidRequestException
                || e instanceof PaymentRequiredException;
    }

    private static void lost(Ending ending, RuntimeException e) {
        if (!ending.matters()) {
            LOG.info("not written: {} ({})", ending.record(), e.getMessage());
            return;
        }
        LOG.error("not charged, for people to settle: {} ({})", ending.record(), e.getMessage(), e);
    }

    private void later(Ending ending, RuntimeException e) {
        if (closed || !room.tryAcquire()) {
            lost(ending, e);
            return;
        }
        LOG.warn("not written yet: {} ({})", ending.record(), e.getMessage());
        var one = new Pending(ending, System.nanoTime() + patience.toNanos());
        pending.add(one);
        one.schedule(firstPause);
    }

    private final class Pending implements Runnable {
        private final Ending ending;
        private final long until;
        private Duration pause = firstPause;

        Pending(Ending ending, long until) {
            this.ending = ending;
            this.until = until;
        }

        void schedule(Duration after) {
            try {
                var _ = executor.schedule(this, after.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException _) {
                // Closed meanwhile: close() takes what is left.
            }
        }

        @Override
        public void run() {
            if (!pending.contains(this)) {
                return;
            }
            try {
                ending.write();
                done();
                LOG.info("written late: {}", ending.record());
            } catch (RuntimeException e) {
                boolean over = closed || System.nanoTime() - until >= 0;
                if (isFinal(e) || over) {
                    done();
                    lost(ending, e);
                } else {
                    pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
                    schedule(pause);
                }
            }
        }

        private void done() {
            if (pending.remove(this)) {
                room.release();
            }
        }
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Tries what is left once more, for a few seconds, and logs what stays unwritten. */
    @Override
    public void close() {
        closed = true;
        executor.shutdown();
        Thread last =
                Thread.ofPlatform()
                        .daemon()
                        .name("unwritten-charges-last")
                        .unstarted(this::writeRest);
        last.start();
        try {
            last.join(Duration.ofSeconds(5));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        var late = new IllegalStateException("the program ended before the ledger answered");
        new ArrayList<>(pending)
                .forEach(
                        one -> {
                            if (pending.remove(one)) {
                                lost(one.ending, late);
                            }
                        });
        executor.shutdownNow();
    }

    private void writeRest() {
        try {
            for (Thread writer : writers) {
                writer.join();
            }
        } catch (InterruptedException _) {
            // Only those that are known to be unwritten, then.
            Thread.currentThread().interrupt();
        }
        new ArrayList<>(pending).forEach(Pending::run);
    }
}
