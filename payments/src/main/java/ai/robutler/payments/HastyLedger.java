package ai.robutler.payments;

import java.time.Duration;

/** A ledger whose holds end without the wait for the disk. */
record HastyLedger(Ledger ledger, Settling settling) implements Ledger {
    @Override
    public TokenState verify(String token, String agent) {
        return ledger.verify(token, agent);
    }

    @Override
    public Hold lock(Lock lock) {
        return ledger.lock(lock);
    }

    @Override
    public Hold adjust(String id, String hold, long nanoUsd, Duration lifetime) {
        return ledger.adjust(id, hold, nanoUsd, lifetime);
    }

    @Override
    public Settlement settle(Settle settle) {
        return settling.settle(settle);
    }

    @Override
    public Settlement voidHold(String id, String hold) {
        return settling.voidHold(id, hold);
    }

    @Override
    public PaymentToken delegate(Delegate delegate) {
        return ledger.delegate(delegate);
    }

    @Override
    public Statement statement(String account, String before, int limit) {
        return ledger.statement(account, before, limit);
    }

    @Override
    public void close() {}
}
