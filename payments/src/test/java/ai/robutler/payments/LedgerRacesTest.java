package ai.robutler.payments;

import static ai.robutler.payments.TestLedger.OWNER;
import static ai.robutler.payments.TestLedger.USD;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Budget;
import ai.robutler.core.ConflictException;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.payments.Ledger.Hold;
import ai.robutler.payments.Ledger.Limit;
import ai.robutler.payments.Ledger.Settlement;
import ai.robutler.store.Database;
import ai.robutler.store.EachDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

@EachDatabase(migrated = "payments")
class LedgerRacesTest {
    private final TestLedger test;

    LedgerRacesTest(Database database) {
        test = new TestLedger(database);
    }

    @AfterEach
    void theBooksAreRight() {
        assertThat(test.ledger.invariants().check()).isEmpty();
        test.close();
    }

    /** What came of it: answers and exceptions. */
    private static List<Object> atOnce(int n, IntFunction<Callable<?>> work) throws Exception {
        var start = new CyclicBarrier(n);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<Object>>();
            for (int i = 0; i < n; i++) {
                Callable<?> one = work.apply(i);
                all.add(
                        threads.submit(
                                () -> {
                                    start.await();
                                    return one.call();
                                }));
            }
            var results = new ArrayList<Object>();
            for (Future<Object> each : all) {
                try {
                    results.add(each.get());
                } catch (ExecutionException e) {
                    results.add(e.getCause());
                }
            }
            return results;
        }
    }

    private static long count(List<Object> results, Class<?> type) {
        return results.stream().filter(type::isInstance).count();
    }

    private void tenOfAHundred(String token, Limit... budgets) throws Exception {
        var results = atOnce(100, i -> () -> test.lock(token, USD, budgets));
        assertThat(count(results, Hold.class)).isEqualTo(10);
        assertThat(count(results, PaymentRequiredException.class)).isEqualTo(90);
    }

    @Test
    void ofAHundredLocksOnATokenForTenTenAreHeld() throws Exception {
        String token = test.token("user:alice", 10 * USD);
        test.ledger.accounts().credit("user:alice", 90 * USD, "more", "");
        tenOfAHundred(token);
    }

    @Test
    void ofAHundredLocksOnAnAccountWithTenTenAreHeld() throws Exception {
        test.ledger.accounts().credit("user:alice", 10 * USD, "c", "");
        tenOfAHundred(
                test.ledger.tokens().issue("user:alice", 100 * USD, Duration.ofDays(1), "").text());
    }

    @Test
    void ofAHundredLocksOnABudgetOfTenTenAreHeld() throws Exception {
        tenOfAHundred(
                test.token("user:alice", 100 * USD),
                new Limit("user:alice", new Budget(Budget.Period.DAY, 10 * USD), ""));
    }

    @Test
    void ofAHundredLocksOnChildrenOfATokenForTenTenAreHeld() throws Exception {
        String root = test.token("user:alice", 10 * USD);
        test.ledger.accounts().credit("user:alice", 90 * USD, "more", "");
        var children = new ArrayList<String>();
        for (int i = 0; i < 20; i++) {
            children.add(test.child(root, 10 * USD));
        }
        var results = atOnce(100, i -> () -> test.lock(children.get(i % 20), USD));
        assertThat(count(results, Hold.class)).isEqualTo(10);
        assertThat(count(results, PaymentRequiredException.class)).isEqualTo(90);
    }

    @Test
    void ofAHundredLocksOnMoneyThatJustCameInTenAreHeld() throws Exception {
        String alice = test.token("user:alice", 10 * USD);
        for (int i = 0; i < 10; i++) {
            test.settle(test.lock(alice, USD), USD);
        }
        tenOfAHundred(test.ledger.tokens().issue(OWNER, 100 * USD, Duration.ofDays(1), "").text());
    }

    @Test
    void ofTwoSettlementsAtOnceOneEndsTheHold() throws Exception {
        for (int round = 0; round < 20; round++) {
            Hold hold = test.lock(test.token("user:alice", USD), USD);
            var results = atOnce(2, i -> () -> test.settle(hold, i + 1));
            assertThat(count(results, Settlement.class)).isEqualTo(1);
            assertThat(count(results, ConflictException.class)).isEqualTo(1);
        }
    }

    @Test
    void settleVoidAndExpiryEndAHoldOnce() throws Exception {
        for (int round = 0; round < 20; round++) {
            Hold hold = test.lock(test.token("user:alice" + round, USD), USD);
            test.clock.move(Duration.ofMinutes(6));
            var results =
                    atOnce(
                            3,
                            i ->
                                    () ->
                                            switch (i) {
                                                case 0 -> test.settle(hold, USD);
                                                case 1 ->
                                                        test.ledger.voidHold(
                                                                test.id("v"), hold.id());
                                                default -> test.ledger.sweep();
                                            });
            // Expired first, then one of the two closes it; or one of the two ended it.
            assertThat(count(results, Settlement.class)).as("round " + round).isEqualTo(1);
            assertThat(count(results, ConflictException.class)).as("round " + round).isEqualTo(1);
        }
    }

    @Test
    void fiftySettlementsOfOneIdAreOneMovementAndOneAnswer() throws Exception {
        Hold hold = test.lock(test.token("user:alice", USD), USD);
        var settle = TestLedger.settleOf("once", hold.id(), 7);
        var results = atOnce(50, _ -> () -> test.ledger.settle(settle));
        assertThat(results).containsOnly(new Settlement(hold.id(), 7, USD - 7, Hold.State.SETTLED));
        assertThat(test.ledger.statement(OWNER, "", 10).balanceNanoUsd()).isEqualTo(7);
    }

    @Test
    void fiftyLocksOfOneIdAreOneHoldAndOneAnswer() throws Exception {
        String token = test.token("user:alice", 10 * USD);
        var lock = TestLedger.lockOf("once", token, USD);
        var results = atOnce(50, _ -> () -> test.ledger.lock(lock));
        assertThat(results).hasOnlyElementsOfType(Hold.class);
        assertThat(results.stream().distinct()).hasSize(1);
        assertThat(test.ledger.verify(token, "weather").heldNanoUsd()).isEqualTo(USD);
    }

    @Test
    void fiftyOfOneIdAreOneWhateverTheyDo() throws Exception {
        String token = test.token("user:alice", 10 * USD);
        Hold hold = test.lock(token, USD);
        Duration hour = Duration.ofHours(1);
        var adjusted = atOnce(50, _ -> () -> test.ledger.adjust("a", hold.id(), 5, hour));
        assertThat(adjusted.stream().distinct()).hasSize(1);
        var credited = atOnce(50, _ -> () -> test.ledger.accounts().credit("user:bob", 5, "c", ""));
        assertThat(credited).containsOnly(new Accounts.Account("user:bob", 5, 0));
        var delegate = new Ledger.Delegate("d", token, 5, "", hour);
        var delegated = atOnce(50, _ -> () -> test.ledger.delegate(delegate));
        assertThat(delegated.stream().distinct()).hasSize(1);
        var voided = atOnce(50, _ -> () -> test.ledger.voidHold("v", hold.id()));
        assertThat(voided).containsOnly(new Settlement(hold.id(), 0, 5, Hold.State.VOIDED));
    }

    @Test
    void manySweepersFreeEachHoldOnce() throws Exception {
        String token = test.token("user:alice", 300 * USD);
        var locked =
                atOnce(
                        50,
                        _ ->
                                () -> {
                                    for (int i = 0; i < 6; i++) {
                                        test.lock(token, USD);
                                    }
                                    return 6;
                                });
        assertThat(locked).containsOnly(6);
        test.clock.move(Duration.ofMinutes(6));
        var swept = atOnce(4, _ -> () -> test.ledger.sweep());
        assertThat(swept.stream().mapToInt(each -> (int) each).sum()).isEqualTo(300);
        assertThat(test.ledger.verify(token, "weather").heldNanoUsd()).isZero();
    }
}
