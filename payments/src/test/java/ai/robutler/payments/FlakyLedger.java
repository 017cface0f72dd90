package ai.robutler.payments;

import ai.robutler.core.CancelledException;
import ai.robutler.core.UnavailableException;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A real ledger behind a line that can be cut, before a call or after it. */
final class FlakyLedger implements Ledger {
    private final Ledger ledger;
    volatile boolean away;
    volatile boolean losesAnswers;
    final AtomicInteger locks = new AtomicInteger();
    final AtomicInteger settles = new AtomicInteger();

    FlakyLedger(Ledger ledger) {
        this.ledger = ledger;
    }

    private <T> T over(Supplier<T> call) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancelledException("interrupted before the work has begun");
        }
        if (away) {
            throw gone();
        }
        T answer = call.get();
        if (losesAnswers) {
            throw gone();
        }
        return answer;
    }

    private static UnavailableException gone() {
        return new UnavailableException("The ledger is away.", Duration.ofSeconds(1), null);
    }

    @Override
    public TokenState verify(String token, String agent) {
        return over(() -> ledger.verify(token, agent));
    }

    /** What a text tells needs no line. */
    @Override
    public Spender spender(String token, String agent) {
        return ledger.spender(token, agent);
    }

    @Override
    public Hold lock(Lock lock) {
        locks.incrementAndGet();
        return over(() -> ledger.lock(lock));
    }

    @Override
    public long room(String token, List<Limit> budgets) {
        return ledger.room(token, budgets);
    }

    @Override
    public Hold adjust(String id, String hold, long nanoUsd, Duration lifetime) {
        return over(() -> ledger.adjust(id, hold, nanoUsd, lifetime));
    }

    @Override
    public Settlement settle(Settle settle) {
        settles.incrementAndGet();
        return over(() -> ledger.settle(settle));
    }

    @Override
    public Settlement voidHold(String id, String hold) {
        return over(() -> ledger.voidHold(id, hold));
    }

    @Override
    public PaymentToken delegate(Delegate delegate) {
        return over(() -> ledger.delegate(delegate));
    }

    @Override
    public Statement statement(String account, String before, int limit) {
        return over(() -> ledger.statement(account, before, limit));
    }

    @Override
    public void close() {
        ledger.close();
    }
}
