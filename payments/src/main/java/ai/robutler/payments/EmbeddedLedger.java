package ai.robutler.payments;

import ai.robutler.core.PaidUse;
import ai.robutler.core.TokenSigner;
import ai.robutler.store.Database;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The ledger in this program's own database. Any number of nodes may work on one database.
 *
 * <p><b>Ids.</b> An id names one thing of its kind: a hold, a movement (settle, void, adjust,
 * credit), or the issue of a token. What was refused has left no trace, and may be tried again
 * under its id.
 *
 * <p><b>Durable.</b> What moved is on the disk when a call returns. A hold is there for everybody,
 * and outlives this process; only if the machine or the database server breaks down within the next
 * moments it may be lost, before anything was charged to it: then its money is free, and there is
 * no such hold. For runs there is {@link #inRuns}.
 *
 * <p><b>Time.</b> It is the clock's that was given. A hold is good until a sweeper lets it expire,
 * which is some seconds after its time; nothing else looks at its time. A clock that jumps forward
 * lets holds and tokens expire early, one that jumps back keeps them longer; no amount changes by
 * it. Budgets are those of the day and month at which the hold was locked.
 *
 * <p><b>Late.</b> A hold that expired stays expired, and its money is free. A charge that comes
 * after that is made once all the same, if tokens, budgets and account have room and money for all
 * of it; otherwise it is written down as unpaid, for people to settle ({@link PendingCharges}). To
 * void it has no effect but that nothing is charged late.
 *
 * <p><b>Tokens.</b> One that expires or is revoked holds nothing more, nor do those that came of
 * it; what is held already may be settled.
 */
public final class EmbeddedLedger implements Ledger {
    private static final Duration LONGEST_END = Duration.ofSeconds(5);

    private final Books books;
    private final Locking locking;
    private final Settling settling;
    private final Tokens tokens;
    private final UseTally tally;
    private final Sweeper sweeper;
    private final Optional<Thread> sweeping;
    private final Optional<EmbeddedLedger> inRuns;

    private EmbeddedLedger(Books books, Duration pause) {
        this.books = books;
        locking = new Locking(books);
        settling = new Settling(books);
        tokens = new Tokens(books);
        tally = new UseTally(books);
        sweeper = new Sweeper(books, tally, pause);
        sweeping = Optional.of(Thread.ofVirtual().name("ledger-sweeper").unstarted(sweeper));
        inRuns = Optional.of(new EmbeddedLedger(this));
    }

    /** The same, whose holds end without the wait for the disk. */
    private EmbeddedLedger(EmbeddedLedger whole) {
        books = whole.books;
        locking = whole.locking;
        settling = new Settling(books.hasty());
        tokens = whole.tokens;
        tally = whole.tally;
        sweeper = whole.sweeper;
        sweeping = Optional.empty();
        inRuns = Optional.empty();
    }

    /** A ledger by the clock of this machine, which frees expired holds every 5 seconds. */
    public static EmbeddedLedger open(Database database, TokenSigner signer) {
        return open(database, signer, Clock.systemUTC(), Duration.ofSeconds(5));
    }

    /**
     * Brings the tables up to date, and begins to sweep. The database stays open when this is
     * closed.
     *
     * @param sweep how long to wait between two looks for expired holds
     * @throws ai.robutler.core.UnavailableException if the database is away
     */
    public static EmbeddedLedger open(
            Database database, TokenSigner signer, Clock clock, Duration sweep) {
        database.migrate("payments");
        var ledger = new EmbeddedLedger(new Books(database, clock, new TokenText(signer)), sweep);
        ledger.sweeping.ifPresent(Thread::start);
        return ledger;
    }

    /** Accounts, for operators. */
    public Accounts accounts() {
        return new Accounts(books);
    }

    /** Payment tokens, for operators. */
    public Tokens tokens() {
        return tokens;
    }

    /** What is not paid for yet, for operators. */
    public PendingCharges pendingCharges() {
        return new PendingCharges(books);
    }

    /** How much agents were paid for, some minutes ago at most. */
    public PaidUse paidUse() {
        return tally;
    }

    /** Whether the books are right. */
    public Invariants invariants() {
        return new Invariants(books);
    }

    /**
     * This ledger for runs, where no end of a hold waits for the disk either. What moved is there
     * for everybody, and outlives this process; if the machine or the database server breaks down
     * within the next moments, the end may be lost, alone or with its hold: the payer has paid
     * nothing then, and a hold that is left expires. Closing it closes nothing. Here PostgreSQL
     * tells when a settlement is {@linkplain Ledger#settleAll(List, Runnable) in its hands}.
     */
    public Ledger inRuns() {
        return inRuns.orElse(this);
    }

    @Override
    public TokenState verify(String token, String agent) {
        return tokens.verify(token, agent);
    }

    @Override
    public Spender spender(String token, String agent) {
        return tokens.spender(token, agent);
    }

    @Override
    public Hold lock(Lock lock) {
        return locking.lock(List.of(lock)).getFirst();
    }

    @Override
    public long room(String token, List<Limit> budgets) {
        return locking.room(token, budgets);
    }

    @Override
    public List<Hold> lockAll(List<Lock> locks) {
        return locking.lock(locks);
    }

    @Override
    public Hold adjust(String id, String hold, long nanoUsd, Duration lifetime) {
        return locking.adjust(id, hold, nanoUsd, lifetime);
    }

    @Override
    public Settlement settle(Settle settle) {
        return settleAll(List.of(settle)).getFirst();
    }

    @Override
    public List<Settlement> settleAll(List<Settle> settles) {
        return settling.settle(settles, () -> {});
    }

    @Override
    public List<Settlement> settleAll(List<Settle> settles, Runnable handedOver) {
        try (UnderWay.One one = books.underWay().begin()) {
            return settling.settle(
                    settles,
                    () -> {
                        one.handedOver();
                        handedOver.run();
                    });
        }
    }

    @Override
    public Settlement voidHold(String id, String hold) {
        return settling.voidHold(id, hold);
    }

    @Override
    public PaymentToken delegate(Delegate delegate) {
        return tokens.delegate(delegate, "");
    }

    @Override
    public PaymentToken delegateIn(String agent, Delegate delegate) {
        return tokens.delegate(delegate, agent);
    }

    @Override
    public Statement statement(String account, String before, int limit) {
        return new Statements(books).statement(account, before, limit);
    }

    /** Frees what has expired by now; how many holds. */
    int sweep() {
        return sweeper.sweep();
    }

    @Override
    public void close() {
        sweeping.ifPresent(EmbeddedLedger::end);
    }

    private static void end(Thread sweeping) {
        sweeping.interrupt();
        try {
            boolean _ = sweeping.join(LONGEST_END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
