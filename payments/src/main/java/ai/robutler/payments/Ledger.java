package ai.robutler.payments;

import ai.robutler.core.Budget;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Accounts, payment tokens and holds. Every movement has an id that its caller gives: the same id
 * with the same content is answered like the first time and moves nothing more, with other content
 * it is refused ({@link ai.robutler.core.ConflictException}). What is acknowledged is durable.
 * Amounts are whole nano-dollars. Thread-safe; calls block.
 *
 * <p>There are two: one in this program's database, and one at a remote platform. Both keep the
 * same contract, which one test proves.
 *
 * <p>Failures: {@link ai.robutler.core.PaymentRequiredException} where the payer cannot or must
 * not, {@link ai.robutler.core.InvalidRequestException} for what makes no sense, {@link
 * ai.robutler.core.UnavailableException} while nobody can tell.
 */
public interface Ledger extends AutoCloseable {

    /**
     * What a token is good for now.
     *
     * @param agent that wants to be paid by it; a token that is bound to another agent is invalid
     */
    TokenState verify(String token, String agent);

    /**
     * Whose money a token spends. Fails like {@link #verify} where that can be told without asking
     * anybody: by the token's signature, its time, and the agent that it is bound to. What the
     * ledger knows of it, and what is left of it, the next {@link #lock} tells.
     */
    default Spender spender(String token, String agent) {
        return new Spender(verify(token, agent).account(), true);
    }

    /** Sets an amount aside, within the token's limit, its parents' and the budgets. */
    Hold lock(Lock lock);

    /**
     * For how much more there was room some seconds ago, within the token's limit, its parents',
     * the account and the budgets. Never throws, and asks nobody; 0 where that is not known.
     */
    default long room(String token, List<Limit> budgets) {
        return 0;
    }

    /**
     * Sets several amounts aside, of one token: all of them or, where the ledger can say so, none.
     * After a failure some may be held.
     */
    default List<Hold> lockAll(List<Lock> locks) {
        return locks.stream().map(this::lock).toList();
    }

    /** Changes how much an open hold holds, or until when. The id names the change. */
    Hold adjust(String id, String hold, long nanoUsd, Duration lifetime);

    /**
     * Ends a hold: its charge moves, the rest is free again. Or {@linkplain Settle#partFor takes a
     * part} of it: the rest stays held.
     */
    Settlement settle(Settle settle);

    /**
     * Ends several holds. After a failure some may have ended; each can be repeated, in company or
     * by itself.
     */
    default List<Settlement> settleAll(List<Settle> settles) {
        return settles.stream().map(this::settle).toList();
    }

    /**
     * As {@link #settleAll(List)}; for who need not know the result, only that it will come about
     * even if this program ends. Whatever is asked of this ledger afterwards shows it as done.
     *
     * @param handedOver is run when that is so, perhaps more than once and by another thread; never
     *     by a ledger that cannot tell, and then the end of this method tells
     */
    default List<Settlement> settleAll(List<Settle> settles, Runnable handedOver) {
        return settleAll(settles);
    }

    /** Ends a hold: all of it is free again. The id names the movement. */
    Settlement voidHold(String id, String hold);

    /** A smaller token out of a token. */
    PaymentToken delegate(Delegate delegate);

    /**
     * A smaller token out of a token that pays for a run of this agent: it may be bound to another
     * agent than the token that it comes of. For who runs the agent, and for nobody else: whoever
     * only has a token must not get around what it is bound to.
     */
    default PaymentToken delegateIn(String agent, Delegate delegate) {
        return delegate(delegate);
    }

    /**
     * The movements of an account, the newest first.
     *
     * @param before a cursor from the last page, "" for the first
     * @param limit 1 to 1,000
     */
    Statement statement(String account, String before, int limit);

    @Override
    void close();

    /**
     * @param limitNanoUsd what it was issued for
     * @param postedNanoUsd what has been charged to it, children included
     * @param heldNanoUsd what is held of it, children included
     * @param spendableNanoUsd what could be held now: the least of what is left of it, of each
     *     parent, and of the account
     * @param agent the only agent that it is good for, "" for any
     */
    record TokenState(
            String id,
            String account,
            long limitNanoUsd,
            long postedNanoUsd,
            long heldNanoUsd,
            long spendableNanoUsd,
            Instant expires,
            String agent) {}

    /**
     * What a token tells by itself.
     *
     * @param isPart whether it came of another token, as hiring agents have it made; if in doubt,
     *     it did
     */
    record Spender(String account, boolean isPart) {}

    /**
     * @param id names the hold; up to 128 letters, digits, {@code . _ : -}
     * @param budgets further limits that must have room, each by the name of who is limited, such
     *     as {@code key:rk_1a2b}, {@code user:alice}, {@code agent:weather}
     * @param reference the request that it is for, on the statement
     */
    record Lock(
            String id,
            String token,
            String agent,
            long nanoUsd,
            Duration lifetime,
            List<Limit> budgets,
            String reference) {
        public Lock {
            budgets = List.copyOf(budgets);
        }
    }

    /**
     * A budget and whose it is.
     *
     * @param run for budgets of one run: its request id
     */
    record Limit(String subject, Budget budget, String run) {
        /** Whether no later run has it. */
        boolean isOfRun() {
            return budget.period() == Budget.Period.RUN;
        }
    }

    /** A hold as it stands. */
    record Hold(String id, String account, long nanoUsd, State state, Instant expires) {
        /** Each hold leaves {@code OPEN} once. */
        public enum State {
            OPEN,
            SETTLED,
            VOIDED,
            EXPIRED
        }
    }

    /**
     * Ends a hold with a charge, or takes a part of it.
     *
     * @param id names the movement
     * @param shares who gets how much; together at most what is held
     * @param pending whether more may be owed than is known: a note for the statement, for people
     *     to settle
     * @param memo a few words for the statement
     * @param partFor the request that a part is taken for, on the statement; empty where the hold
     *     ends
     */
    record Settle(
            String id,
            String hold,
            List<Share> shares,
            boolean pending,
            String memo,
            Optional<String> partFor) {
        public Settle {
            shares = List.copyOf(shares);
        }

        /** Ends the hold. */
        public Settle(String id, String hold, List<Share> shares, boolean pending, String memo) {
            this(id, hold, shares, pending, memo, Optional.empty());
        }
    }

    /**
     * One party's part of a charge.
     *
     * @param kind what it is for: {@code model}, {@code margin}, {@code request}, {@code tool},
     *     {@code fee}
     */
    record Share(String account, long nanoUsd, String kind) {}

    /**
     * How a hold ended, or what was taken of it.
     *
     * @param chargedNanoUsd what moved
     * @param releasedNanoUsd what is free again
     * @param state of the hold afterwards
     */
    record Settlement(String hold, long chargedNanoUsd, long releasedNanoUsd, Hold.State state) {}

    /**
     * @param id names the new token's issue
     * @param agent the only agent that it is good for, "" for any that the parent allows
     */
    record Delegate(String id, String token, long nanoUsd, String agent, Duration lifetime) {}

    /** A token as it is shown to who may spend it: the text is as good as money. */
    record PaymentToken(String text, String id, long limitNanoUsd, Instant expires) {}

    /**
     * @param balanceNanoUsd what the account has, held amounts included
     * @param next the cursor of the next page, "" where this is the last
     */
    record Statement(
            String account, long balanceNanoUsd, long heldNanoUsd, List<Line> lines, String next) {
        public Statement {
            lines = List.copyOf(lines);
        }
    }

    /**
     * One movement, seen from one account.
     *
     * @param nanoUsd what came (positive) or went (negative)
     * @param reference the request that it was for, "" where there was none
     */
    record Line(
            String id,
            Instant time,
            long nanoUsd,
            String kind,
            String counterparty,
            String agent,
            String reference,
            boolean pending,
            String memo) {}
}
