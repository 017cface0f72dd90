package ai.robutler.payments;

import ai.robutler.core.CancelledException;
import ai.robutler.core.ConflictException;
import ai.robutler.core.Cost;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.PaymentRequiredException;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
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

    /** A name that no other run has, whatever its request is called. */
    static String name() {
        var bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    String nextId() {
        return "run:" + run + ":" + count.incrementAndGet();
    }

    /**
     * Sets an amount aside.
     *
     * @throws PaymentRequiredException if there is not that much; it tells how much there is
     * @throws CancelledException if the run is over
     */
    OpenHold hold(long nanoUsd, String what, Duration lifetime) {
        var lock =
                new Ledger.Lock(
                        nextId(),
                        payer.token(),
                        agent,
                        nanoUsd,
                        lifetime,
                        payer.budgets(),
                        request);
        var hold = new OpenHold(ledger, unwritten, lock(lock, what), request, what);
        open.add(hold);
        if (closed) {
            hold.free();
            throw new CancelledException("the run is over");
        }
        return hold;
    }

    private Ledger.Hold lock(Ledger.Lock lock, String what) {
        try {
            return ledger.lock(lock);
        } catch (PaymentRequiredException e) {
            throw refusal(e, lock.nanoUsd(), what);
        } catch (InvalidRequestException | ConflictException e) {
            throw e;
        } catch (RuntimeException e) {
            // It may have been set aside all the same: nobody is to wait for it to expire.
            unwritten.writeLater(OpenHold.freeing(ledger, lock.id()), e);
            throw e;
        }
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

    boolean isClosed() {
        return closed;
    }
}
