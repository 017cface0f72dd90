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
import java.util.function.Predicate;

/**
 * Makes one step of what many ask for at the same time. Whoever comes while few steps are under way
 * makes one at once; who comes later waits, and is taken along by the next. If a step that is made
 * for several fails, it has not been made: those on whom it failed make their own, and it is made
 * again for all others. Nobody suffers from a neighbour. Thread-safe.
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

        /** On whom a shared step did not fail that failed so; nobody, if that is not known. */
        Predicate<I> spared(Throwable failure);
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
            share(withOthers(own));
            return own.turn.get() == Turn.ENDED ? ended(own) : step.alone(own.items);
        } finally {
            callNext();
        }
    }

    private List<Place> withOthers(Place own) {
        lock.lock();
        try {
            var places = new ArrayList<Place>();
            places.add(own);
            while (places.size() < most && !waiting.isEmpty()) {
                Place next = waiting.remove();
                next.turn.set(Turn.TAKEN);
                places.add(next);
            }
            return places;
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

    /** Makes the step for as many as it can be made for; the others are to make their own. */
    private void share(List<Place> places) {
        List<Place> left = places;
        while (left.size() > 1) {
            try {
                end(left, step.shared(left.stream().flatMap(each -> each.items.stream()).toList()));
                return;
            } catch (UnavailableException e) {
                fail(left, e);
                return;
            } catch (CancelledException e) {
                // This caller's own affair.
                left.forEach(place -> place.call(Turn.ALONE));
                throw e;
            } catch (RuntimeException | Error e) {
                left = spared(left, step.spared(e));
            }
        }
        left.forEach(place -> place.call(Turn.ALONE));
    }

    /** Those who are left; the step failed on the others, or on everybody. */
    private List<Place> spared(List<Place> places, Predicate<I> isSpared) {
        List<Place> spared =
                places.stream().filter(place -> place.items.stream().allMatch(isSpared)).toList();
        if (spared.size() == places.size()) {
            spared = List.of();
        }
        for (Place place : places) {
            if (!spared.contains(place)) {
                place.call(Turn.ALONE);
            }
        }
        return spared;
    }

    private void end(List<Place> places, List<O> results) {
        int at = 0;
        for (Place place : places) {
            place.result = List.copyOf(results.subList(at, at + place.items.size()));
            at += place.items.size();
            place.call(Turn.ENDED);
        }
    }

    private void fail(List<Place> places, UnavailableException e) {
        for (Place place : places) {
            place.failure = e;
            place.call(Turn.ENDED);
        }
    }
}
