package ai.robutler.payments;

import ai.robutler.core.CancelledException;
import ai.robutler.core.ConflictException;
import ai.robutler.core.Cost;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.PaymentRequiredException;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
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
    private final PaymentDemand demand;
    private final Payer payer;
    private final String agent;
    private final String request;
    private final String run = name();
    private final AtomicInteger count = new AtomicInteger();
    private final Set<OpenHold> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    RunHolds(
            Ledger ledger,
            UnwrittenCharges unwritten,
            PaymentDemand demand,
            Payer payer,
            String agent,
            String request) {
        this.ledger = ledger;
        this.unwritten = unwritten;
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
        List<Ledger.Lock> locks = wanted.stream().map(each -> lock(each, lifetime)).toList();
        var holds = new ArrayList<OpenHold>();
        List<Ledger.Hold> locked = lock(locks, wanted);
        for (int i = 0; i < locked.size(); i++) {
            String what = wanted.get(i).what();
            holds.add(new OpenHold(ledger, unwritten, locked.get(i), request, what));
        }
        open.addAll(holds);
        if (closed) {
            holds.forEach(OpenHold::free);
            throw new CancelledException("the run is over");
        }
        return holds;
    }

    private Ledger.Lock lock(Wanted wanted, Duration lifetime) {
        return new Ledger.Lock(
                nextId(),
                payer.token(),
                agent,
                wanted.nanoUsd(),
                lifetime,
                payer.budgets(),
                request);
    }

    private List<Ledger.Hold> lock(List<Ledger.Lock> locks, List<Wanted> wanted) {
        try {
            return locks.size() == 1
                    ? List.of(ledger.lock(locks.getFirst()))
                    : ledger.lockAll(locks);
        } catch (PaymentRequiredException e) {
            if (locks.size() == 1) {
                throw refusal(e, wanted.getFirst().nanoUsd(), wanted.getFirst().what());
            }
            return lockEach(locks, wanted);
        } catch (InvalidRequestException | ConflictException e) {
            throw e;
        } catch (RuntimeException e) {
            // They may have been set aside all the same: nobody is to wait for them to expire.
            free(locks, e);
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
