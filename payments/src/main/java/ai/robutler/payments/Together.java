package ai.robutler.payments;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;
import ai.robutler.core.UnavailableException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes one step of what many ask for at the same time. Whoever comes while few steps are under way
 * makes one at once; who comes later waits, and is taken along by the next. If a step that is made
 * for several fails, it has not been made, and each makes its own: nobody suffers from a neighbour.
 * Thread-safe.
 *
 * @param <I> what is asked for
 * @param <O> what comes of it
 */
final class Together<I, O> {
    private static final int WAITING = 2_000;

    /** Far longer than the database lets any step take. */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    /** How steps are made. */
    interface Step<I, O> {
        /** All of these, of one caller, or none; throws what the caller is to know. */
        List<O> alone(List<I> items);

        /** All of these, of several callers, or none. */
        List<O> shared(List<I> items);
    }

    private enum Turn {
        WAITING,
        /** Somebody makes its step. */
        TAKEN,
        /** It is to make a step, for others too. */
        LEADS,
        /** It is to make its own step. */
        ALONE,
        ENDED
    }

    private final class Place {
        private final List<I> items;
        private final AtomicReference<Turn> turn = new AtomicReference<>(Turn.WAITING);
        private final CountDownLatch called = new CountDownLatch(1);
        private List<O> result = List.of();
        private @Nullable RuntimeException failure;

        Place(List<I> items) {
            this.items = items;
        }

        void call(Turn as) {
            turn.set(as);
            called.countDown();
        }
    }

    private final Step<I, O> step;
    private final int atOnce;
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Place> waiting = new ArrayDeque<>();
    private int underWay;

    /** Two steps are under way, so that the database has the next while it ends the last. */
    static <I, O> Together<I, O> of(Step<I, O> step) {
        return new Together<>(step, 2, 32);
    }

    /**
     * @param atOnce how many steps are under way at most
     * @param most how many callers share a step at most
     */
    Together(Step<I, O> step, int atOnce, int most) {
        this.step = step;
        this.atOnce = atOnce;
        this.most = most;
    }

    /**
     * Has these done, all of them or none.
     *
     * @throws CancelledException if the thread is interrupted before anything is done
     */
    List<O> run(List<I> items) {
        var own = new Place(items);
        if (leadsAtOnce(own)) {
            return lead(own);
        }
        await(own);
        return switch (own.turn.get()) {
            case LEADS -> lead(own);
            case ALONE -> step.alone(items);
            case ENDED -> ended(own);
            case WAITING, TAKEN ->
                    throw new UnavailableException(
                            "The ledger does not answer.", Duration.ofSeconds(2), null);
        };
    }

    private List<O> ended(Place own) {
        if (own.failure != null) {
            throw own.failure;
        }
        return own.result;
    }

    private boolean leadsAtOnce(Place own) {
        lock.lock();
        try {
            if (underWay < atOnce) {
                underWay++;
                return true;
            }
            if (waiting.size() >= WAITING) {
                throw new UnavailableException(
                        "Too many wait for the ledger.", Duration.ofSeconds(2), null);
            }
            waiting.add(own);
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** How many wait. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    private void await(Place own) {
        Deadline deadline = Deadline.after(LONGEST);
        boolean interrupted = false;
        while (true) {
            try {
                boolean called =
                        own.called.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
                if (called || own.turn.get() == Turn.TAKEN || leaves(own)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
                if (leaves(own)) {
                    Thread.currentThread().interrupt();
                    throw new CancelledException("interrupted while waiting for the ledger");
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it still could leave before anything was done for it. */
    private boolean leaves(Place own) {
        lock.lock();
        try {
            return waiting.remove(own);
        } finally {
            lock.unlock();
        }
    }

    private List<O> lead(Place own) {
        try {
            List<Place> others = others();
            return others.isEmpty() ? step.alone(own.items) : shared(own, others);
        } finally {
            callNext();
        }
    }

    private List<Place> others() {
        lock.lock();
        try {
            var others = new ArrayList<Place>();
            while (others.size() < most - 1 && !waiting.isEmpty()) {
                Place next = waiting.remove();
                next.turn.set(Turn.TAKEN);
                others.add(next);
            }
            return others;
        } finally {
            lock.unlock();
        }
    }

    private void callNext() {
        Place next;
        lock.lock();
        try {
            next = waiting.poll();
            if (next == null) {
                underWay--;
            }
        } finally {
            lock.unlock();
        }
        if (next != null) {
            next.call(Turn.LEADS);
        }
    }

    private List<O> shared(Place own, List<Place> others) {
        var items = new ArrayList<>(own.items);
        others.forEach(place -> items.addAll(place.items));
        List<O> results;
        try {
            results = step.shared(items);
        } catch (UnavailableException e) {
            others.forEach(place -> fail(place, e));
            throw e;
        } catch (CancelledException e) {
            // This caller's own affair.
            others.forEach(place -> place.call(Turn.ALONE));
            throw e;
        } catch (RuntimeException | Error e) {
            others.forEach(place -> place.call(Turn.ALONE));
            return step.alone(own.items);
        }
        int at = own.items.size();
        for (Place place : others) {
            place.result = List.copyOf(results.subList(at, at + place.items.size()));
            at += place.items.size();
            place.call(Turn.ENDED);
        }
        return List.copyOf(results.subList(0, own.items.size()));
    }

    private void fail(Place place, UnavailableException e) {
        place.failure = e;
        place.call(Turn.ENDED);
    }
}
