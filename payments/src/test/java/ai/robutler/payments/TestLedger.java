package ai.robutler.payments;

import ai.robutler.payments.Ledger.Delegate;
import ai.robutler.payments.Ledger.Hold;
import ai.robutler.payments.Ledger.Lock;
import ai.robutler.payments.Ledger.Settle;
import ai.robutler.payments.Ledger.Settlement;
import ai.robutler.payments.Ledger.Share;
import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** An embedded ledger by a clock of its own, which only sweeps when it is told to. */
final class TestLedger implements AutoCloseable {
    static final long USD = 1_000_000_000L;
    static final String OWNER = "user:owner";
    private static final Duration NEVER = Duration.ofDays(365);

    final TestClock clock = new TestClock();
    final EmbeddedLedger ledger;
    private final AtomicLong ids = new AtomicLong();

    private final AutoCloseable database;

    TestLedger(Database database) {
        this(database, () -> {});
    }

    /** With a database of its own, which ends with it. */
    static TestLedger alone() {
        var own = TestDatabase.create(Database.Kind.SQLITE);
        return new TestLedger(own.database(), own);
    }

    private TestLedger(Database database, AutoCloseable own) {
        this.database = own;
        ledger = EmbeddedLedger.open(database, HmacSigner.of("secret"), clock, NEVER);
    }

    String id(String kind) {
        return kind + "-" + ids.incrementAndGet();
    }

    /** The text of a token of an account that has as much as the token is good for. */
    String token(String account, long limit) {
        ledger.accounts().credit(account, limit, id("credit"), "");
        return ledger.tokens().issue(account, limit, Duration.ofDays(30), "").text();
    }

    Hold lock(String token, long nano, Ledger.Limit... budgets) {
        return ledger.lock(lockOf(id("hold"), token, nano, budgets));
    }

    static Lock lockOf(String id, String token, long nano, Ledger.Limit... budgets) {
        return new Lock(
                id, token, "weather", nano, Duration.ofMinutes(5), List.of(budgets), "req_1");
    }

    Settlement settle(Hold hold, long nano) {
        return ledger.settle(settleOf(id("settle"), hold.id(), nano));
    }

    static Settle settleOf(String id, String hold, long nano) {
        return new Settle(id, hold, List.of(new Share(OWNER, nano, "request")), false, "");
    }

    String child(String token, long nano) {
        return ledger.delegate(new Delegate(id("child"), token, nano, "", Duration.ofDays(1)))
                .text();
    }

    @Override
    public void close() {
        ledger.close();
        try {
            database.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
