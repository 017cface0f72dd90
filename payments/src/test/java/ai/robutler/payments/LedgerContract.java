package ai.robutler.payments;

import static ai.robutler.payments.TestLedger.USD;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.Budget;
import ai.robutler.core.ConflictException;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.core.PaymentRequiredException.Reason;
import ai.robutler.payments.Ledger.Delegate;
import ai.robutler.payments.Ledger.Hold;
import ai.robutler.payments.Ledger.Limit;
import ai.robutler.payments.Ledger.Lock;
import ai.robutler.payments.Ledger.PaymentToken;
import ai.robutler.payments.Ledger.Settle;
import ai.robutler.payments.Ledger.Settlement;
import ai.robutler.payments.Ledger.Share;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What every ledger promises. */
abstract class LedgerContract {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Who is paid: to the remote platform, the one whose key it is. */
    private static final String OWNER = TestLedger.OWNER;

    /** The books themselves. */
    final TestLedger test;

    LedgerContract(TestLedger test) {
        this.test = test;
    }

    /** The ledger that is looked at; its books are those of {@link #test}. */
    abstract Ledger ledger();

    @AfterEach
    void theBooksAreRight() {
        assertThat(test.ledger.invariants().check()).isEmpty();
        assertThat(test.ledger.invariants().checkRecent(100)).isEmpty();
        test.close();
    }

    private Hold lock(String token, long nano, Limit... budgets) {
        return ledger().lock(TestLedger.lockOf(test.id("hold"), token, nano, budgets));
    }

    private Settlement settle(Hold hold, long nano) {
        return ledger().settle(TestLedger.settleOf(test.id("settle"), hold.id(), nano));
    }

    private PaymentToken delegate(String token, long nano, String agent) {
        return ledger().delegate(new Delegate(test.id("child"), token, nano, agent, HOUR));
    }

    private static void refused(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PaymentRequiredException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static void wrong(String param, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.param()).isEqualTo(param));
    }

    private static void conflict(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ConflictException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private long spendable(String token) {
        return ledger().verify(token, "weather").spendableNanoUsd();
    }

    @Test
    void whatIsSettledMovesAndTheRestIsFree() {
        String token = test.token("user:alice", 10 * USD);
        Hold hold = lock(token, 4 * USD);
        assertThat(spendable(token)).isEqualTo(6 * USD);
        assertThat(settle(hold, 3 * USD))
                .isEqualTo(new Settlement(hold.id(), 3 * USD, USD, Hold.State.SETTLED));
        assertThat(spendable(token)).isEqualTo(7 * USD);
        assertThat(ledger().statement(OWNER, "", 10).balanceNanoUsd()).isEqualTo(3 * USD);
    }

    @Test
    void aTokenTellsWhatItIsGoodFor() {
        String token = test.token("user:alice", 10 * USD);
        settle(lock(token, 4 * USD), 3 * USD);
        lock(token, USD);
        var state = ledger().verify(token, "weather");
        assertThat(state.account()).isEqualTo("user:alice");
        assertThat(state.limitNanoUsd()).isEqualTo(10 * USD);
        assertThat(state.postedNanoUsd()).isEqualTo(3 * USD);
        assertThat(state.heldNanoUsd()).isEqualTo(USD);
        assertThat(state.spendableNanoUsd()).isEqualTo(6 * USD);
    }

    @Test
    void aVoidedHoldIsFreeAgain() {
        String token = test.token("user:alice", USD);
        Hold hold = lock(token, USD);
        assertThat(ledger().voidHold("void", hold.id()))
                .isEqualTo(new Settlement(hold.id(), 0, USD, Hold.State.VOIDED));
        assertThat(spendable(token)).isEqualTo(USD);
    }

    @Test
    void everyNanoDollarCounts() {
        String token = test.token("user:alice", 3);
        assertThat(settle(lock(token, 2), 1).releasedNanoUsd()).isEqualTo(1);
        refused(Reason.SPENDING_LIMIT_EXCEEDED, () -> lock(token, 3));
        assertThat(settle(lock(token, 2), 2).chargedNanoUsd()).isEqualTo(2);
    }

    @Test
    void aLargeAmountIsKeptExactly() {
        String token = test.token("user:alice", 999_999_999_999_999_999L);
        assertThat(settle(lock(token, 999_999_999_999_999_999L), 999_999_999_999_999_998L))
                .extracting(Settlement::releasedNanoUsd)
                .isEqualTo(1L);
    }

    @Test
    void theSameLockAgainIsTheSameHold() {
        String token = test.token("user:alice", 10 * USD);
        Lock lock = TestLedger.lockOf("one", token, USD);
        Hold first = ledger().lock(lock);
        test.clock.move(Duration.ofMinutes(1));
        assertThat(ledger().lock(lock)).isEqualTo(first);
        settle(first, USD);
        assertThat(ledger().lock(lock)).isEqualTo(first);
        assertThat(spendable(token)).isEqualTo(9 * USD);
        conflict("idempotency_conflict", () -> ledger().lock(TestLedger.lockOf("one", token, 2)));
    }

    @Test
    void theSameSettlementAgainIsTheSameAnswer() {
        String token = test.token("user:alice", 10 * USD);
        Hold hold = lock(token, USD);
        Settle settle = TestLedger.settleOf("s", hold.id(), 7);
        Settlement first = ledger().settle(settle);
        assertThat(ledger().settle(settle)).isEqualTo(first);
        conflict(
                "idempotency_conflict",
                () -> ledger().settle(TestLedger.settleOf("s", hold.id(), 8)));
        conflict("hold_ended", () -> ledger().settle(TestLedger.settleOf("t", hold.id(), 7)));
        conflict("hold_ended", () -> ledger().voidHold("v", hold.id()));
        assertThat(ledger().statement(OWNER, "", 10).lines()).hasSize(1);
    }

    @Test
    void anIdOfAnotherHoldIsRefusedAndTheHoldStaysOpen() {
        String token = test.token("user:alice", 10 * USD);
        Hold first = lock(token, USD);
        Hold second = lock(token, USD);
        ledger().settle(TestLedger.settleOf("s", first.id(), 7));
        conflict(
                "idempotency_conflict",
                () -> ledger().settle(TestLedger.settleOf("s", second.id(), 7)));
        conflict("idempotency_conflict", () -> ledger().voidHold("s", second.id()));
        conflict("idempotency_conflict", () -> ledger().adjust("s", second.id(), 1, HOUR));
        assertThat(settle(second, USD).state()).isEqualTo(Hold.State.SETTLED);
    }

    @Test
    void theSameVoidAgainIsTheSameAnswer() {
        Hold hold = lock(test.token("user:alice", USD), USD);
        Settlement first = ledger().voidHold("v", hold.id());
        assertThat(ledger().voidHold("v", hold.id())).isEqualTo(first);
        conflict("hold_ended", () -> ledger().voidHold("w", hold.id()));
        conflict("hold_ended", () -> settle(hold, 1));
    }

    @Test
    void aHoldCanBeMadeSmallerAndLarger() {
        String token = test.token("user:alice", 10 * USD);
        Hold hold = lock(token, 5 * USD);
        Hold smaller = ledger().adjust("a", hold.id(), 2 * USD, HOUR);
        assertThat(smaller.nanoUsd()).isEqualTo(2 * USD);
        assertThat(smaller.expires()).isEqualTo(test.clock.instant().plus(HOUR));
        assertThat(spendable(token)).isEqualTo(8 * USD);
        assertThat(ledger().adjust("b", hold.id(), 9 * USD, HOUR).nanoUsd()).isEqualTo(9 * USD);
        assertThat(ledger().adjust("a", hold.id(), 2 * USD, HOUR)).isEqualTo(smaller);
        refused(
                Reason.SPENDING_LIMIT_EXCEEDED,
                () -> ledger().adjust("c", hold.id(), 11 * USD, HOUR));
        assertThat(settle(hold, 9 * USD).chargedNanoUsd()).isEqualTo(9 * USD);
        conflict("hold_ended", () -> ledger().adjust("d", hold.id(), USD, HOUR));
    }

    @Test
    void moreThanIsHeldCannotBeCharged() {
        Hold hold = lock(test.token("user:alice", 10 * USD), USD);
        assertThatThrownBy(() -> settle(hold, USD + 1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("only 1 are held");
        assertThat(settle(hold, USD).chargedNanoUsd()).isEqualTo(USD);
    }

    @Test
    void aHoldThatIsNotThereIsNotFound() {
        assertThatThrownBy(() -> ledger().voidHold("v", "nothing"))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.status()).isEqualTo(404));
    }

    @Test
    void theTokensLimitHolds() {
        String token = test.token("user:alice", 10 * USD);
        test.ledger.accounts().credit("user:alice", 90 * USD, "more", "");
        refused(Reason.SPENDING_LIMIT_EXCEEDED, () -> lock(token, 10 * USD + 1));
        lock(token, 10 * USD);
        refused(Reason.SPENDING_LIMIT_EXCEEDED, () -> lock(token, 1));
    }

    @Test
    void theAccountsBalanceHolds() {
        test.ledger.accounts().credit("user:alice", USD, "c", "");
        String token = test.ledger.tokens().issue("user:alice", 9 * USD, HOUR, "").text();
        assertThat(spendable(token)).isEqualTo(USD);
        assertThatThrownBy(() -> lock(token, 2 * USD))
                .isInstanceOfSatisfying(
                        PaymentRequiredException.class,
                        e -> {
                            assertThat(e.reason()).isEqualTo(Reason.INSUFFICIENT_BALANCE);
                            assertThat(e.details().path("required").stringValue()).isEqualTo("2");
                            assertThat(e.details().path("available").stringValue()).isEqualTo("1");
                        });
        lock(token, USD);
    }

    @Test
    void whatIsRefusedMayBeTriedAgainUnderItsId() {
        test.ledger.accounts().credit("user:alice", USD, "c", "");
        String token = test.ledger.tokens().issue("user:alice", 9 * USD, HOUR, "").text();
        Lock lock = TestLedger.lockOf("again", token, 2 * USD);
        refused(Reason.INSUFFICIENT_BALANCE, () -> ledger().lock(lock));
        test.ledger.accounts().credit("user:alice", USD, "d", "");
        assertThat(ledger().lock(lock).nanoUsd()).isEqualTo(2 * USD);
    }

    @Test
    void whatCameInCanBeSpent() {
        String alice = test.token("user:alice", 10 * USD);
        settle(lock(alice, 4 * USD), 4 * USD);
        String owner = test.ledger.tokens().issue(OWNER, 9 * USD, HOUR, "").text();
        assertThat(spendable(owner)).isEqualTo(4 * USD);
        lock(owner, 4 * USD);
        refused(Reason.INSUFFICIENT_BALANCE, () -> lock(owner, 1));
    }

    @Test
    void aChildCountsInItsParents() {
        String root = test.token("user:alice", 10 * USD);
        String child = delegate(root, 6 * USD, "").text();
        String grandchild = delegate(child, 5 * USD, "").text();
        Hold hold = lock(grandchild, 4 * USD);
        assertThat(ledger().verify(root, "").heldNanoUsd()).isEqualTo(4 * USD);
        assertThat(ledger().verify(child, "").heldNanoUsd()).isEqualTo(4 * USD);
        settle(hold, 3 * USD);
        assertThat(ledger().verify(root, "").postedNanoUsd()).isEqualTo(3 * USD);
        lock(root, 6 * USD);
        assertThat(spendable(grandchild)).isEqualTo(USD);
        refused(Reason.SPENDING_LIMIT_EXCEEDED, () -> lock(grandchild, 2 * USD));
        lock(child, USD);
        refused(Reason.SPENDING_LIMIT_EXCEEDED, () -> lock(grandchild, 1));
    }

    @Test
    void aChildIsSmallerAndEndsNoLaterThanItsParent() {
        String root = test.token("user:alice", 10 * USD);
        lock(root, 4 * USD);
        refused(Reason.SPENDING_LIMIT_EXCEEDED, () -> delegate(root, 7 * USD, ""));
        PaymentToken child =
                ledger().delegate(new Delegate("c", root, 6 * USD, "", Duration.ofDays(300)));
        assertThat(child.expires()).isEqualTo(ledger().verify(root, "").expires());
    }

    @Test
    void tokensNestFiveLevelsDeep() {
        String token = test.token("user:alice", 10 * USD);
        for (int i = 0; i < 5; i++) {
            token = delegate(token, 10 * USD, "").text();
        }
        String deepest = token;
        settle(lock(deepest, USD), USD);
        wrong("token", () -> delegate(deepest, USD, ""));
    }

    @Test
    void anAgentsTokenIsGoodForThatAgentOnly() {
        String root = test.token("user:alice", 10 * USD);
        String forWeather = delegate(root, USD, "weather").text();
        String forClock = delegate(root, USD, "clock").text();
        assertThat(ledger().verify(forWeather, "weather").agent()).isEqualTo("weather");
        lock(forWeather, USD);
        refused(Reason.PAYMENT_TOKEN_INVALID, () -> lock(forClock, USD));
        refused(Reason.PAYMENT_TOKEN_INVALID, () -> ledger().verify(forClock, "weather"));
        wrong("agent", () -> delegate(forClock, USD, "weather"));
        PaymentToken narrower = delegate(forClock, USD, "");
        assertThat(ledger().verify(narrower.text(), "clock").agent()).isEqualTo("clock");
    }

    @Test
    void theSameDelegationAgainIsTheSameToken() {
        String root = test.token("user:alice", 10 * USD);
        var delegate = new Delegate("d", root, USD, "", HOUR);
        PaymentToken first = ledger().delegate(delegate);
        test.clock.move(Duration.ofMinutes(1));
        assertThat(ledger().delegate(delegate)).isEqualTo(first);
        conflict(
                "idempotency_conflict",
                () -> ledger().delegate(new Delegate("d", root, 2 * USD, "", HOUR)));
    }

    @Test
    void aTokenThatIsRevokedHoldsNothingMoreNorDoItsChildren() {
        String root = test.token("user:alice", 10 * USD);
        String child = delegate(root, 6 * USD, "").text();
        Hold hold = lock(child, USD);
        assertThat(test.ledger.tokens().revoke(ledger().verify(root, "").id())).isTrue();
        for (String token : List.of(root, child)) {
            refused(Reason.PAYMENT_TOKEN_INVALID, () -> lock(token, 1));
            refused(Reason.PAYMENT_TOKEN_INVALID, () -> ledger().verify(token, ""));
            refused(Reason.PAYMENT_TOKEN_INVALID, () -> delegate(token, 1, ""));
        }
        assertThat(settle(hold, USD).chargedNanoUsd()).isEqualTo(USD);
    }

    @Test
    void aTokenThatExpiresHoldsNothingMoreAndWhatIsHeldIsSettled() {
        String token = test.token("user:alice", 10 * USD);
        Hold hold = lock(token, USD);
        test.clock.move(Duration.ofDays(31));
        refused(Reason.PAYMENT_TOKEN_INVALID, () -> lock(token, 1));
        assertThat(settle(hold, USD).chargedNanoUsd()).isEqualTo(USD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "' OR 1=1 --"})
    void whatIsNoTokenIsRefused(String text) {
        String token = text.isEmpty() ? test.token("user:alice", USD) + "x" : text;
        refused(Reason.PAYMENT_TOKEN_INVALID, () -> ledger().verify(token, "weather"));
        refused(Reason.PAYMENT_TOKEN_INVALID, () -> lock(token, 1));
    }

    @Test
    void anExpiredHoldIsFreeAndChargedLateIfThereIsRoom() {
        String token = test.token("user:alice", USD);
        Hold hold = lock(token, USD);
        test.clock.move(Duration.ofMinutes(6));
        assertThat(test.ledger.sweep()).isEqualTo(1);
        assertThat(spendable(token)).isEqualTo(USD);
        var late = TestLedger.settleOf("late", hold.id(), 7);
        var charged = new Settlement(hold.id(), 7, 0, Hold.State.EXPIRED);
        assertThat(ledger().settle(late)).isEqualTo(charged);
        assertThat(ledger().settle(late)).isEqualTo(charged);
        conflict("hold_ended", () -> settle(hold, 7));
        assertThat(spendable(token)).isEqualTo(USD - 7);
    }

    @Test
    void aLateChargeWithoutRoomIsWrittenDownAsUnpaid() {
        String token = test.token("user:alice", USD);
        Hold hold = lock(token, USD);
        test.clock.move(Duration.ofMinutes(6));
        test.ledger.sweep();
        Hold other = lock(token, USD);
        var late = TestLedger.settleOf("late", hold.id(), 7);
        assertThat(ledger().settle(late).chargedNanoUsd()).isZero();
        assertThat(ledger().settle(late).chargedNanoUsd()).isZero();
        var open = test.ledger.pendingCharges().list(10);
        assertThat(open).singleElement().extracting("unpaidNanoUsd").isEqualTo(7L);
        assertThat(ledger().statement(OWNER, "", 10).lines())
                .singleElement()
                .extracting("kind", "pending")
                .containsExactly("unpaid", true);
        ledger().voidHold("v", other.id());
        test.ledger.pendingCharges().reconcile(open.getFirst().id(), 7);
        assertThat(test.ledger.pendingCharges().list(10)).isEmpty();
        assertThat(spendable(token)).isEqualTo(USD - 7);
    }

    @Test
    void anExpiredHoldThatIsVoidedIsNotChargedLate() {
        Hold hold = lock(test.token("user:alice", USD), USD);
        test.clock.move(Duration.ofMinutes(6));
        test.ledger.sweep();
        assertThat(ledger().voidHold("v", hold.id()))
                .isEqualTo(new Settlement(hold.id(), 0, 0, Hold.State.EXPIRED));
        conflict("hold_ended", () -> settle(hold, 1));
    }

    @Test
    void budgetsOfEachPeriodHoldAndBeginAnew() {
        String token = test.token("user:alice", 100 * USD);
        Limit day = new Limit("user:alice", new Budget(Budget.Period.DAY, 3 * USD), "");
        Limit month = new Limit("user:alice", new Budget(Budget.Period.MONTH, 5 * USD), "");
        settle(lock(token, 3 * USD, day, month), 3 * USD);
        refused(Reason.SPENDING_LIMIT_EXCEEDED, () -> lock(token, 1, day, month));
        test.clock.move(Duration.ofDays(1));
        refused(Reason.SPENDING_LIMIT_EXCEEDED, () -> lock(token, 3 * USD, day, month));
        lock(token, 2 * USD, day, month);
        refused(Reason.SPENDING_LIMIT_EXCEEDED, () -> lock(token, 1, month));
        test.clock.move(Duration.ofDays(25));
        lock(token, 3 * USD, day, month);
    }

    @Test
    void aBudgetOfARunIsThatRunsAlone() {
        String token = test.token("user:alice", 100 * USD);
        var budget = new Budget(Budget.Period.RUN, USD);
        lock(token, USD, new Limit("agent:weather", budget, "req_1"));
        lock(token, USD, new Limit("agent:weather", budget, "req_2"));
        lock(token, USD, new Limit("agent:clock", budget, "req_1"));
        refused(
                Reason.SPENDING_LIMIT_EXCEEDED,
                () -> lock(token, 1, new Limit("agent:weather", budget, "req_1")));
    }

    @Test
    void whatIsReleasedOfABudgetCanBeHeldAgain() {
        String token = test.token("user:alice", 100 * USD);
        Limit total = new Limit("key:rk_1", new Budget(Budget.Period.TOTAL, 3 * USD), "");
        settle(lock(token, 3 * USD, total), USD);
        Hold hold = lock(token, 2 * USD, total);
        refused(Reason.SPENDING_LIMIT_EXCEEDED, () -> lock(token, 1, total));
        ledger().voidHold("v", hold.id());
        lock(token, 2 * USD, total);
    }

    @Test
    void aRefusedBudgetLeavesNothingHeld() {
        String token = test.token("user:alice", 100 * USD);
        Limit wide = new Limit("a", new Budget(Budget.Period.TOTAL, 50 * USD), "");
        Limit narrow = new Limit("b", new Budget(Budget.Period.TOTAL, USD), "");
        refused(Reason.SPENDING_LIMIT_EXCEEDED, () -> lock(token, 2 * USD, wide, narrow));
        assertThat(spendable(token)).isEqualTo(100 * USD);
        lock(token, 50 * USD, wide);
    }

    @Test
    void aStatementHasPages() {
        String token = test.token("user:alice", 10 * USD);
        for (int i = 1; i <= 5; i++) {
            settle(lock(token, USD), i);
        }
        var amounts = new ArrayList<Long>();
        String next = "";
        do {
            var page = ledger().statement(OWNER, next, 2);
            assertThat(page.lines()).hasSizeLessThanOrEqualTo(2);
            page.lines().forEach(line -> amounts.add(line.nanoUsd()));
            next = page.next();
        } while (!next.isEmpty());
        assertThat(amounts).containsExactly(5L, 4L, 3L, 2L, 1L);
        wrong("limit", () -> ledger().statement(OWNER, "", 0));
        wrong("before", () -> ledger().statement(OWNER, "x", 1));
    }

    @Test
    void aLineTellsWhatItWasFor() {
        String token = test.token("user:alice", 10 * USD);
        Hold hold = lock(token, USD);
        ledger().settle(
                        new Settle(
                                "s",
                                hold.id(),
                                List.of(new Share(OWNER, 5, "tool")),
                                true,
                                "two \n words"));
        assertThat(ledger().statement(OWNER, "", 10).lines())
                .singleElement()
                .isEqualTo(
                        new Ledger.Line(
                                "s",
                                test.clock.instant(),
                                5,
                                "tool",
                                "user:alice",
                                "weather",
                                "req_1",
                                true,
                                "two   words"));
        assertThat(test.ledger.pendingCharges().list(10)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "x'; DROP TABLE ledger_hold; --", "a\r\nb", "ü", "~a"})
    void anIdIsOfPlainLetters(String id) {
        String token = test.token("user:alice", USD);
        assertThatThrownBy(() -> ledger().lock(TestLedger.lockOf(id, token, 1)))
                .isInstanceOf(InvalidRequestException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1_000_000_000_000_000_001L})
    void anAmountIsWithinReason(long nano) {
        String token = test.token("user:alice", USD);
        wrong("amount", () -> lock(token, nano));
    }

    @Test
    void everyWordMayHoldSql() {
        String sql = "'); DELETE FROM ledger_entry; --";
        String token = test.token("user:" + sql, USD);
        Hold hold =
                ledger().lock(
                                new Lock(
                                        "h",
                                        token,
                                        sql,
                                        USD,
                                        HOUR,
                                        List.of(
                                                new Limit(
                                                        sql,
                                                        new Budget(Budget.Period.RUN, USD),
                                                        sql)),
                                        sql));
        ledger().settle(new Settle("s", hold.id(), List.of(new Share(OWNER, 1, sql)), false, sql));
        assertThat(ledger().statement(OWNER, "", 10).lines())
                .singleElement()
                .extracting("kind", "agent", "reference", "memo")
                .containsExactly(sql, sql, sql, sql);
    }
}
