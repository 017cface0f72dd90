package ai.robutler.payments;

import ai.robutler.core.Asked;
import ai.robutler.core.ConflictException;
import ai.robutler.core.Deadline;
import ai.robutler.core.Interrupts;
import ai.robutler.core.PaymentRequiredException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;

/**
 * Holds that several runs share, which one payer makes soon after each other with one agent. Each
 * run takes parts of it, without asking the ledger, and settles them; the rest is freed in the end.
 * So what a run may cost is held before it costs, as ever, and the ledger is asked for many at
 * once. They are made only where so much room is left that they are a small part of it, and for a
 * moment only: whoever revokes a token {@linkplain #awaitEnd waits} for that long. Thread-safe.
 */
final class SharedHolds implements AutoCloseable {
    /** For so many runs as dear as the first, at most. */
    static final int RUNS = 32;

    /** Fewer are not worth it. */
    static final int FEWEST = 4;

    /** At most this part of the room that is left. */
    static final int PART = 20;

    /** How long parts are taken, and how soon a payer must come again to have one. */
    static final Duration LIFE = Duration.ofSeconds(1);

    private static final int MOST = 10_000;
    private static final Duration LONGEST = Terms.LONGEST_HOLD.minus(LIFE);
    private static final Duration LONGEST_END = Duration.ofSeconds(5);

    private final Ledger ledger;
    private final UnwrittenCharges unwritten;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Whose, Place> places = new HashMap<>();
    private final Set<Thread> endings = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closing = new CountDownLatch(1);
    private long pruned = System.nanoTime() - LIFE.toNanos();

    SharedHolds(Ledger ledger, UnwrittenCharges unwritten) {
        this.ledger = ledger;
        this.unwritten = unwritten;
    }

    /** Whose runs may share. */
    private record Whose(String token, String account, String agent, List<Ledger.Limit> budgets) {
        static Whose of(Payer payer, String agent) {
            List<Ledger.Limit> budgets =
                    payer.budgets().stream()
                            .map(each -> new Ledger.Limit(each.subject(), each.budget(), ""))
                            .toList();
            return new Whose(payer.token(), payer.account(), agent, budgets);
        }

        /** Whether both are limited by the same. */
        boolean meets(Whose other) {
            return account.equals(other.account)
                    || budgets.stream().anyMatch(other.budgets::contains);
        }

        /** The token is as good as money: never in a log. */
        @Override
        public String toString() {
            return account + " at " + agent;
        }
    }

    /** What is known of one payer with one agent. Guarded by the lock, as all here. */
    private static final class Place {
        private long used;
        private boolean making;
        private @Nullable SharedHold hold;

        Place(long now) {
            used = now - LIFE.toNanos();
        }

        boolean isIdle(long now) {
            return !making && (hold == null || hold.retired) && now - used >= LIFE.toNanos();
        }
    }

    /** One of them. */
    final class SharedHold {
        private final Ledger.Hold hold;
        private final Asked asked;
        private final Deadline end;
        private long free;
        private long taken;
        private int parts;
        private int releases;
        private boolean retired;
        private boolean ended;

        private SharedHold(Ledger.Hold hold, Asked asked, Duration lifetime) {
            this.hold = hold;
            this.asked = asked;
            this.end = Deadline.after(lifetime);
            this.free = hold.nanoUsd();
        }

        String id() {
            return hold.id();
        }

        /** A part of it, as a hold. */
        Ledger.Hold part(String id, long nano) {
            return new Ledger.Hold(id, hold.account(), nano, hold.state(), hold.expires());
        }

        private boolean take(long nano, int count, Duration lifetime) {
            if (retired
                    || asked.isPast(LIFE)
                    || free < nano
                    || end.remaining().compareTo(lifetime) < 0) {
                return false;
            }
            give(nano, count);
            return true;
        }

        private void give(long nano, int count) {
            free -= nano;
            taken += nano;
            parts += count;
        }

        /** A part of so much has ended in the books, and so much was charged of it. */
        void ended(long nano, long charged) {
            change(
                    () -> {
                        free += nano - charged;
                        taken -= nano;
                        parts--;
                    });
        }

        /** Nobody takes a part any more, and the rest is free when the last has ended. */
        void retire() {
            change(() -> retired = true);
        }

        private void change(Runnable change) {
            boolean last;
            lock.lock();
            try {
                change.run();
                last = endsNow();
            } finally {
                lock.unlock();
            }
            if (last) {
                end();
            }
        }

        /** True once. */
        private boolean endsNow() {
            boolean now = retired && parts == 0 && !ended;
            ended |= now;
            return now;
        }

        private void end() {
            unwritten.write(OpenHold.freeing(ledger, hold.id()));
        }

        /** Retires it, and frees at once what nobody has taken; whether that was anything. */
        private boolean release() {
            retire();
            long rest;
            long kept;
            int number;
            lock.lock();
            try {
                rest = free;
                kept = taken;
                free = 0;
                number = ++releases;
                if (ended || rest == 0 || end.hasPassed()) {
                    return ended && rest > 0;
                }
            } finally {
                lock.unlock();
            }
            try {
                // What is charged at this moment is kept twice, until the end.
                String id = "adjust:" + hold.id() + ":" + number;
                ledger.adjust(id, hold.id(), kept, end.remaining());
                return true;
            } catch (ConflictException _) {
                // It has ended meanwhile.
                return true;
            } catch (PaymentRequiredException _) {
                // More of it is charged at this moment than is left.
                return false;
            }
        }
    }

    /**
     * Takes parts of a hold that the payer's runs share, and makes one if it is time for it.
     *
     * @param nano of all parts together
     * @param parts how many
     * @param lifetime for how long they are to be held, at least
     * @param make holds so much for {@link #LIFE} longer than that; empty if that is refused
     * @return empty where the run is to hold its own
     */
    Optional<SharedHold> take(
            Payer payer,
            String agent,
            long nano,
            int parts,
            Duration lifetime,
            LongFunction<Optional<Ledger.Hold>> make) {
        if (nano == 0 || !mayShare(payer) || lifetime.compareTo(LONGEST) > 0) {
            return Optional.empty();
        }
        var whose = Whose.of(payer, agent);
        Place place;
        long size;
        lock.lock();
        try {
            long now = System.nanoTime();
            Place known = place(whose, now);
            if (known == null) {
                return Optional.empty();
            }
            place = known;
            boolean soon = now - place.used < LIFE.toNanos();
            place.used = now;
            if (place.hold != null && place.hold.take(nano, parts, lifetime)) {
                return Optional.of(place.hold);
            }
            size = soon && !place.making && !isClosed() ? size(payer, nano) : 0;
            if (size == 0) {
                return Optional.empty();
            }
            place.making = true;
        } finally {
            lock.unlock();
        }
        Optional<Ledger.Hold> hold = Optional.empty();
        var asked = Asked.now();
        try {
            hold = make.apply(size);
        } finally {
            if (hold.isEmpty()) {
                put(place, null);
            }
        }
        return hold.map(
                each ->
                        begin(
                                place,
                                new SharedHold(each, asked, lifetime.plus(LIFE)),
                                nano,
                                parts));
    }

    /** Waits until no node takes a part of what was held before now. */
    static void awaitEnd() {
        Interrupts.awaitPast(Deadline.after(LIFE));
    }

    /**
     * Whether a payer comes again with the same token, and is not to know what is left of it at
     * once.
     */
    private static boolean mayShare(Payer payer) {
        return !payer.isPart()
                && !payer.account().equals(X402Books.ACCOUNT)
                && payer.budgets().stream().noneMatch(Ledger.Limit::isOfRun);
    }

    private long size(Payer payer, long nano) {
        long most = ledger.room(payer.token(), payer.budgets()) / PART;
        return most / FEWEST < nano ? 0 : Math.min(most, Math.multiplyExact(nano, RUNS));
    }

    /** What it was made for is taken of it however long that took. */
    private SharedHold begin(Place place, SharedHold hold, long nano, int parts) {
        hold.give(nano, parts);
        put(place, hold);
        Thread ending = Thread.ofVirtual().name("shared-hold").unstarted(() -> end(hold));
        endings.add(ending);
        ending.start();
        return hold;
    }

    private void put(Place place, @Nullable SharedHold hold) {
        lock.lock();
        try {
            place.making = false;
            place.hold = hold;
        } finally {
            lock.unlock();
        }
    }

    private void end(SharedHold hold) {
        try {
            boolean _ = closing.await(LIFE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        hold.retire();
        endings.remove(Thread.currentThread());
    }

    private boolean isClosed() {
        return closing.getCount() == 0;
    }

    /** Null where too many are known already. */
    private @Nullable Place place(Whose whose, long now) {
        Place known = places.get(whose);
        if (known != null) {
            return known;
        }
        if (places.size() >= MOST && now - pruned >= LIFE.toNanos()) {
            pruned = now;
            places.values().removeIf(each -> each.isIdle(now));
        }
        if (places.size() >= MOST) {
            return null;
        }
        var place = new Place(now);
        places.put(whose, place);
        return place;
    }

    /**
     * Frees what nobody has taken yet of holds that leave less room for this payer.
     *
     * @return whether anything is free again by it
     */
    boolean release(Payer payer, String agent) {
        var whose = Whose.of(payer, agent);
        var found = new ArrayList<SharedHold>();
        lock.lock();
        try {
            places.forEach(
                    (other, place) -> {
                        if (place.hold != null && other.meets(whose)) {
                            found.add(place.hold);
                        }
                    });
        } finally {
            lock.unlock();
        }
        boolean released = false;
        for (SharedHold hold : found) {
            released |= hold.release();
        }
        return released;
    }

    /** Makes no more, and frees what nobody has taken. */
    @Override
    public void close() {
        closing.countDown();
        Deadline deadline = Deadline.after(LONGEST_END);
        try {
            for (Thread ending : endings) {
                boolean _ = ending.join(deadline.remaining());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
