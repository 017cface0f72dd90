package ai.robutler.payments;

import static ai.robutler.payments.TestLedger.USD;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.robutler.core.Budget;
import ai.robutler.payments.Ledger.Limit;
import ai.robutler.payments.Ledger.Lock;
import ai.robutler.store.Database;
import ai.robutler.store.EachDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A step of several callers that cannot be made tells on whose account, and does nothing. */
@EachDatabase(migrated = "payments")
class SharedStepTest {
    private final TestLedger test;
    private final Books books;
    private final Locking locking;
    private final Settling settling;

    SharedStepTest(Database database) {
        test = new TestLedger(database);
        books = new Books(database, test.clock, new TokenText(HmacSigner.of("secret")));
        locking = new Locking(books);
        settling = new Settling(books);
    }

    @AfterEach
    void theBooksAreRight() {
        assertThat(test.ledger.invariants().check()).isEmpty();
        test.close();
    }

    private List<String> sparedOf(Lock... locks) {
        var openings =
                Stream.of(locks)
                        .map(
                                each ->
                                        Opening.of(
                                                each,
                                                books.tokens().verify(each.token()),
                                                books.now()))
                        .toList();
        Throwable failure = catchThrowable(() -> locking.shared(openings));
        assertThat(Unusual.is(failure)).as("" + failure).isTrue();
        return openings.stream()
                .filter(locking.spared(failure))
                .map(each -> each.lock().id())
                .toList();
    }

    private List<String> sparedOf(Ledger.Settle... settles) {
        var charges = Stream.of(settles).map(each -> Charge.of(each, () -> {})).toList();
        Throwable failure = catchThrowable(() -> settling.shared(charges));
        assertThat(Unusual.is(failure)).as("" + failure).isTrue();
        return charges.stream()
                .filter(settling.spared(failure))
                .map(each -> each.settle().id())
                .toList();
    }

    @Test
    void holdsThatAreThereAlready() {
        String alice = test.token("user:alice", USD);
        String bob = test.token("user:bob", USD);
        test.ledger.lock(TestLedger.lockOf("a", alice, 1));
        test.ledger.lock(TestLedger.lockOf("c", bob, 1));
        assertThat(
                        sparedOf(
                                TestLedger.lockOf("a", alice, 1),
                                TestLedger.lockOf("b", alice, 1),
                                TestLedger.lockOf("c", bob, 2),
                                TestLedger.lockOf("d", bob, 1)))
                .containsExactly("b", "d");
    }

    @Test
    void tokensWithoutRoom() {
        String alice = test.token("user:alice", USD);
        String child = test.child(alice, 10);
        String bob = test.token("user:bob", USD);
        assertThat(
                        sparedOf(
                                TestLedger.lockOf("a", child, 11),
                                TestLedger.lockOf("b", alice, 5),
                                TestLedger.lockOf("c", bob, 5)))
                .containsExactly("b", "c");
        assertThat(
                        sparedOf(
                                TestLedger.lockOf("a", child, 1),
                                TestLedger.lockOf("b", alice, USD),
                                TestLedger.lockOf("c", bob, 5)))
                .as("what the child holds its parent holds, too")
                .containsExactly("c");
    }

    @Test
    void accountsWithoutMoney() {
        String alice = test.token("user:alice", USD);
        String other =
                test.ledger.tokens().issue("user:alice", USD, Duration.ofDays(30), "").text();
        String bob = test.token("user:bob", USD);
        assertThat(
                        sparedOf(
                                TestLedger.lockOf("a", alice, USD),
                                TestLedger.lockOf("b", other, 1),
                                TestLedger.lockOf("c", bob, 5)))
                .containsExactly("c");
    }

    @Test
    void budgetsWithoutRoom() {
        String alice = test.token("user:alice", USD);
        String bob = test.token("user:bob", USD);
        var small = new Limit("key:1", new Budget(Budget.Period.DAY, 10), "");
        var large = new Limit("key:2", new Budget(Budget.Period.DAY, USD), "");
        assertThat(
                        sparedOf(
                                TestLedger.lockOf("a", alice, 6, small, large),
                                TestLedger.lockOf("b", bob, 6, small),
                                TestLedger.lockOf("c", bob, 6, large)))
                .as("more together than the budget at all")
                .containsExactly("c");
        test.lock(alice, 6, small);
        assertThat(
                        sparedOf(
                                TestLedger.lockOf("a", alice, 6, small),
                                TestLedger.lockOf("c", bob, 6, large)))
                .containsExactly("c");
    }

    @Test
    void holdsThatHaveEnded() {
        String alice = test.token("user:alice", USD);
        String bob = test.token("user:bob", USD);
        for (String id : List.of("a", "b", "c", "d")) {
            test.ledger.lock(TestLedger.lockOf(id, id.equals("d") ? bob : alice, 10));
        }
        test.ledger.settle(TestLedger.settleOf("s1", "a", 5));
        assertThat(
                        sparedOf(
                                TestLedger.settleOf("s1", "a", 5),
                                TestLedger.settleOf("s2", "b", 5),
                                TestLedger.settleOf("s3", "c", 11),
                                TestLedger.settleOf("s4", "d", 5)))
                .containsExactly("s2", "s4");
        assertThat(sparedOf(TestLedger.settleOf("s1", "b", 5), TestLedger.settleOf("s4", "d", 5)))
                .as("an id that was used for another hold")
                .containsExactly("s4");
    }

    @Test
    void nobodyIsSparedIfNobodyKnows() {
        assertThat(Stream.of("a").filter(Unusual.spared(new IllegalStateException("unusual: x a"))))
                .isEmpty();
    }
}
