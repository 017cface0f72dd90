package ai.robutler.payments;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Cost;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.payments.SharedHolds.SharedHold;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The holds of one run. Their ids come from a random name of the run, which nobody outside knows:
 * requests are named by clients, and two may have the same name. Thread-safe.
 */
final class RunHolds {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Ledger ledger;
    private final UnwrittenCharges unwritten;
    private final Optional<SharedHolds> shared;
    private final PaymentDemand demand;
    private final Payer payer;
    private final String agent;
    private final String request;
    private final String run = name();
    private final AtomicInteger count = new AtomicInteger();
    private final Set<OpenHold> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * @param shared holds that it may share with other runs
     */
    RunHolds(
            Ledger ledger,
            UnwrittenCharges unwritten,
            Optional<SharedHolds> shared,
            PaymentDemand demand,
            Payer payer,
            String agent,
            String request) {
        this.ledger = ledger;
        this.unwritten = unwritten;
        this.shared = shared;
        this.demand = demand;
        this.payer = payer;
        this.agent = agent;
        this.request = request;
    }

    /**
     * A name that no other run has, whatever its request is called. The time comes first: so rows
     * that are made together are near each other in the database.
     */
    static String name() {
        var bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        String random = HexFormat.of().formatHex(bytes);
        return HexFormat.of().toHexDigits(System.currentTimeMillis(), 11) + random.substring(11);
    }

    String nextId() {
        return "run:" + run + ":" + count.incrementAndGet();
    }

    /** An amount that is to be held, and what for. */
    record Wanted(long nanoUsd, String what) {}

    /**
     * Sets amounts aside, all of them or none, for so long.
     *
     * @throws PaymentRequiredException if there is not that much; it tells how much there is
     * @throws CancelledException if the run is over
     */
    List<OpenHold> hold(List<Wanted> wanted, Duration lifetime) {
        List<OpenHold> holds = parts(wanted, lifetime).orElseGet(() -> own(wanted, lifetime));
        open.addAll(holds);
        if (closed) {
            holds.forEach(OpenHold::free);
            throw new CancelledException("the run is over");
        }
        return holds;
    }

    /** Parts of a hold that other runs have parts of, too; empty if this one is to hold its own. */
    private Optional<List<OpenHold>> parts(List<Wanted> wanted, Duration lifetime) {
        long nano = wanted.stream().mapToLong(Wanted::nanoUsd).sum();
        return shared.flatMap(
                        all ->
                                all.take(
                                        payer,
                                        agent,
                                        nano,
                                        wanted.size(),
                                        lifetime,
                                        size -> lockShared(size, lifetime.plus(SharedHolds.LIFE))))
                .map(hold -> wanted.stream().map(each -> part(hold, each)).toList());
    }

    private OpenHold part(SharedHold hold, Wanted wanted) {
        Ledger.Hold part = hold.part(nextId(), wanted.nanoUsd());
        return new OpenHold(ledger, unwritten, part, Optional.of(hold), request, wanted.what());
    }

    private Optional<Ledger.Hold> lockShared(long nanoUsd, Duration lifetime) {
        // The first hold that has the name of a run tells whether it was paid: this is of none.
        var lock = lock("run:" + name() + ":0", nanoUsd, lifetime);
        try {
            return Optional.of(ask(List.of(lock)).getFirst());
        } catch (PaymentRequiredException _) {
            // The run's own hold tells whether there is enough for it.
            return Optional.empty();
        }
    }

    private List<OpenHold> own(List<Wanted> wanted, Duration lifetime) {
        List<Ledger.Lock> locks =
                wanted.stream().map(each -> lock(nextId(), each.nanoUsd(), lifetime)).toList();
        List<Ledger.Hold> locked = lockUnlessShared(locks, wanted);
        var holds = new ArrayList<OpenHold>();
        for (int i = 0; i < locked.size(); i++) {
            String what = wanted.get(i).what();
            holds.add(
                    new OpenHold(
                            ledger, unwritten, locked.get(i), Optional.empty(), request, what));
        }
        return holds;
    }

    /** Nobody is refused for what is held and nobody has taken. */
    private List<Ledger.Hold> lockUnlessShared(List<Ledger.Lock> locks, List<Wanted> wanted) {
        try {
            return lock(locks, wanted);
        } catch (PaymentRequiredException e) {
            if (!releaseShared()) {
                throw e;
            }
            return lock(locks, wanted);
        }
    }

    /**
     * Frees what is held and nobody has taken, where it limits this payer; whether there was any.
     */
    boolean releaseShared() {
        return shared.stream().anyMatch(all -> all.release(payer, agent));
    }

    private Ledger.Lock lock(String id, long nanoUsd, Duration lifetime) {
        return new Ledger.Lock(
                id, payer.token(), agent, nanoUsd, lifetime, payer.budgets(), request);
    }

    private List<Ledger.Hold> lock(List<Ledger.Lock> locks, List<Wanted> wanted) {
        try {
            return ask(locks);
        } catch (PaymentRequiredException e) {
            if (locks.size() == 1) {
                throw refusal(e, wanted.getFirst().nanoUsd(), wanted.getFirst().what());
            }
            return lockEach(locks, wanted);
        }
    }

    private List<Ledger.Hold> ask(List<Ledger.Lock> locks) {
        try {
            return locks.size() == 1
                    ? List.of(ledger.lock(locks.getFirst()))
                    : ledger.lockAll(locks);
        } catch (RuntimeException e) {
            if (!UnwrittenCharges.isFinal(e)) {
                // They may have been set aside all the same: nobody is to wait for them to expire.
                free(locks, e);
            }
            throw e;
        }
    }

    /** One by one, so that it shows which there is no money for. */
    private List<Ledger.Hold> lockEach(List<Ledger.Lock> locks, List<Wanted> wanted) {
        var locked = new ArrayList<Ledger.Hold>();
        try {
            for (int i = 0; i < locks.size(); i++) {
                locked.addAll(lock(List.of(locks.get(i)), List.of(wanted.get(i))));
            }
        } catch (RuntimeException e) {
            locked.forEach(hold -> unwritten.write(OpenHold.freeing(ledger, hold.id())));
            throw e;
        }
        return locked;
    }

    private void free(List<Ledger.Lock> locks, RuntimeException why) {
        locks.forEach(lock -> unwritten.writeLater(OpenHold.freeing(ledger, lock.id()), why));
    }

    private PaymentRequiredException refusal(
            PaymentRequiredException refused, long nanoUsd, String what) {
        String message =
                "Up to %s USD are needed for the %s. %s"
                        .formatted(Cost.usd(nanoUsd), what, refused.getMessage());
        return demand.refuse(refused.reason(), message, nanoUsd, spendable());
    }

    private OptionalLong spendable() {
        try {
            return OptionalLong.of(ledger.verify(payer.token(), agent).spendableNanoUsd());
        } catch (RuntimeException _) {
            // It only makes the refusal richer.
            return OptionalLong.empty();
        }
    }

    /** Frees what nobody has ended, and takes no more. */
    void close() {
        closed = true;
        open.forEach(OpenHold::free);
    }

    /** What is held now. */
    long nanoUsd() {
        return open.stream().filter(OpenHold::isOpen).mapToLong(OpenHold::nanoUsd).sum();
    }

    boolean isClosed() {
        return closed;
    }
}
