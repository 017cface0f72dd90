package ai.robutler.payments;

import static ai.robutler.payments.TestLedger.USD;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ai.robutler.core.Budget;
import ai.robutler.core.ConflictException;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.core.TokenSigner;
import ai.robutler.payments.Ledger.Delegate;
import ai.robutler.payments.Ledger.Limit;
import ai.robutler.payments.Ledger.Settle;
import ai.robutler.payments.Ledger.Settlement;
import ai.robutler.payments.Ledger.Share;
import ai.robutler.store.Database;
import ai.robutler.store.EachDatabase;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

@EachDatabase(migrated = "payments")
class EmbeddedLedgerTest extends LedgerContract {
    private final Database database;

    EmbeddedLedgerTest(Database database) {
        super(new TestLedger(database));
        this.database = database;
    }

    @Override
    Ledger ledger() {
        return test.ledger;
    }

    @Test
    void aSignerMayUseTheDatabaseItself() {
        database.write(handle -> handle.execute("CREATE TABLE signed (type TEXT)"));
        var hmac = HmacSigner.of("other");
        var signer =
                new TokenSigner() {
                    @Override
                    public String issuer() {
                        return hmac.issuer();
                    }

                    @Override
                    public String sign(String type, ObjectNode claims) {
                        database.write(
                                handle -> handle.execute("INSERT INTO signed VALUES (?)", type));
                        return hmac.sign(type, claims);
                    }

                    @Override
                    public ObjectNode verify(String type, String audience, String token) {
                        return hmac.verify(type, audience, token);
                    }
                };
        try (var ledger = EmbeddedLedger.open(database, signer)) {
            ledger.accounts().credit("user:alice", USD, "c", "");
            var token = ledger.tokens().issue("user:alice", USD, Duration.ofHours(1), "");
            var child =
                    ledger.delegate(
                            new Delegate("d", token.text(), USD / 2, "", Duration.ofHours(1)));
            assertThat(ledger.verify(child.text(), "weather").spendableNanoUsd())
                    .isEqualTo(USD / 2);
        }
    }

    @Test
    void whatRunsSettleIsThereForEverybodyAndOnce() {
        Ledger runs = test.ledger.inRuns();
        var hold = test.lock(test.token("user:alice", USD), USD);
        var settle = TestLedger.settleOf("s", hold.id(), USD / 4);
        assertThat(runs.settle(settle)).isEqualTo(test.ledger.settle(settle));
        assertThat(test.ledger.statement("user:alice", "", 10).balanceNanoUsd())
                .isEqualTo(USD - USD / 4);
        assertThatThrownBy(() -> runs.voidHold("v", hold.id()))
                .isInstanceOf(ConflictException.class);
    }

    /** Whoever goes on when a charge is handed over sees it as made, and its rest as free. */
    @Test
    void whatIsHandedOverIsSeenAsDone() throws Exception {
        Ledger runs = test.ledger.inRuns();
        String token = test.token("user:alice", USD);
        for (int i = 1; i <= 50; i++) {
            var hold = test.lock(token, USD - (i - 1));
            var settle = List.of(TestLedger.settleOf("s" + i, hold.id(), 1));
            var goesOn = new CountDownLatch(1);
            var settling =
                    CompletableFuture.runAsync(
                            () -> {
                                var _ = runs.settleAll(settle, goesOn::countDown);
                                goesOn.countDown();
                            });
            assertThat(goesOn.await(20, TimeUnit.SECONDS)).isTrue();
            if (i % 2 == 0) {
                assertThat(test.ledger.statement("user:alice", "", 1).balanceNanoUsd())
                        .isEqualTo(USD - i);
            } else {
                assertThat(test.ledger.voidHold("v" + i, test.lock(token, USD - i).id()))
                        .isNotNull();
            }
            settling.get(20, TimeUnit.SECONDS);
        }
        assertThat(test.ledger.invariants().check()).isEmpty();
    }

    @Test
    void onlyPostgresTellsThatItHasIt() {
        Ledger runs = test.ledger.inRuns();
        var hold = test.lock(test.token("user:alice", USD), USD);
        var told = new AtomicBoolean();
        var settle = List.of(TestLedger.settleOf("s", hold.id(), 1));
        assertThat(runs.settleAll(settle, () -> told.set(true))).hasSize(1);
        assertThat(told.get()).isEqualTo(database.kind() == Database.Kind.POSTGRESQL);
    }

    @Test
    void partsOfTokensAreKnownByTheirText() {
        String token = test.token("user:alice", USD);
        String part = test.child(token, 1);
        assertThat(test.ledger.spender(token, "weather"))
                .isEqualTo(new Ledger.Spender("user:alice", false));
        assertThat(test.ledger.spender(part, "weather"))
                .isEqualTo(new Ledger.Spender("user:alice", true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE ledger_transfer SET nano = 0",
                "DELETE FROM ledger_transfer",
                "INSERT INTO ledger_transfer SELECT movement, n + 9, payer, payee, -1, kind FROM ledger_transfer",
                "UPDATE ledger_movement SET charged = 0",
                "DELETE FROM ledger_movement",
                "UPDATE ledger_hold SET state = 'LOST'",
                "UPDATE ledger_hold SET closed = 2",
                "UPDATE ledger_hold SET nano = -1",
                "UPDATE ledger_token SET held = limit_nano + 1",
                "UPDATE ledger_account SET held = -1",
                "UPDATE ledger_account SET balance = -1"
            })
    void theDatabaseRefusesWhatMustNotBe(String sql) {
        test.settle(test.lock(test.token("user:alice", USD), USD), 1);
        assertThatThrownBy(() -> database.write(handle -> handle.execute(sql)))
                .isInstanceOf(RuntimeException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE ledger_account SET balance = balance + 1 WHERE id = 'user:alice'",
                "UPDATE ledger_account SET held = held + 1 WHERE id = 'user:alice'",
                "UPDATE ledger_credit SET amount = amount + 1 WHERE account = 'user:owner'",
                "DELETE FROM ledger_hold",
                "UPDATE ledger_token SET posted = posted + 1",
                "UPDATE ledger_hold SET state = 'VOIDED' WHERE state = 'SETTLED'",
                "UPDATE ledger_hold SET nano = nano + 1 WHERE state = 'OPEN'"
            })
    void theInvariantsSeeWhatIsWrong(String sql) {
        String token = test.token("user:alice", 10 * USD);
        test.settle(test.lock(token, USD), 1);
        test.lock(token, USD);
        var copy = new InvariantsOnCopy(database, test.ledger.invariants());
        assertThat(copy.violationsAfter(sql)).isNotEmpty();
    }

    @Test
    void aTransferOfNoMovementIsRefusedOrSeen() {
        test.settle(test.lock(test.token("user:alice", USD), USD), 1);
        String sql =
                "INSERT INTO ledger_transfer SELECT movement + 1000000, n, payer, payee, 0, kind"
                        + " FROM ledger_transfer";
        String told = database.kind() == Database.Kind.SQLITE ? "FOREIGN KEY" : "stray: [100000";
        assertThatThrownBy(
                        () ->
                                database.write(
                                        handle -> {
                                            handle.execute(sql);
                                            throw new IllegalStateException(
                                                    "stray: "
                                                            + handle.select(
                                                                            LedgerChecks.STRAY
                                                                                    .sql())
                                                                    .mapTo(String.class)
                                                                    .list());
                                        }))
                .hasMessageContaining(told);
    }

    @Test
    void sharesGoWhereTheySay() {
        String token = test.token("user:alice", 10 * USD);
        var hold = test.lock(token, 10);
        test.ledger.settle(
                new Settle(
                        "s",
                        hold.id(),
                        List.of(
                                new Share(Accounts.MODELS, 5, "model"),
                                new Share("user:bob", 3, "margin"),
                                new Share("user:bob", 0, "tool"),
                                new Share(Accounts.FEES, 1, "fee")),
                        false,
                        ""));
        assertThat(balance(Accounts.MODELS)).isEqualTo(5);
        assertThat(balance("user:bob")).isEqualTo(3);
        assertThat(balance(Accounts.FEES)).isEqualTo(1);
        assertThat(balance(Accounts.DEPOSITS)).isEqualTo(-10 * USD);
        assertThat(balance("user:alice")).isEqualTo(10 * USD - 9);
    }

    private long balance(String account) {
        return test.ledger.accounts().show(account).orElseThrow().balanceNanoUsd();
    }

    @Test
    void theSameCreditAgainMovesNothing() {
        var accounts = test.ledger.accounts();
        accounts.credit("user:alice", 5, "c", "");
        assertThat(accounts.credit("user:alice", 5, "c", "").balanceNanoUsd()).isEqualTo(5);
        assertThatThrownBy(() -> accounts.credit("user:alice", 6, "c", ""))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> accounts.credit(Accounts.FEES, 6, "d", ""))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void anAccountIsNeverFullerThanCanBeCounted() {
        var accounts = test.ledger.accounts();
        for (int i = 0; i < 4; i++) {
            accounts.credit("user:alice", Terms.MOST, "c" + i, "");
        }
        assertThatThrownBy(() -> accounts.credit("user:alice", 1, "over", ""))
                .isInstanceOf(InvalidRequestException.class);
        for (int i = 0; i < 8; i++) {
            accounts.credit("user:" + i, Terms.MOST, "d" + i, "");
        }
        assertThat(test.ledger.invariants().check()).isEmpty();
    }

    @Test
    void accountsAreListedInPages() {
        var accounts = test.ledger.accounts();
        accounts.open("user:b");
        accounts.open("user:a");
        accounts.credit("user:c", 1, "c", "");
        assertThat(accounts.list("", 2))
                .extracting("id")
                .containsExactly("platform:deposits", "user:a");
        assertThat(accounts.list("user:a", 9)).extracting("id").containsExactly("user:b", "user:c");
        assertThat(accounts.show("user:d")).isEmpty();
    }

    @Test
    void aPendingChargeIsReconciledOnce() {
        String token = test.token("user:alice", USD);
        var hold = test.lock(token, USD);
        test.ledger.settle(new Settle("s", hold.id(), List.of(), true, "provider gave no usage"));
        var pending = test.ledger.pendingCharges();
        assertThat(pending.list(10))
                .singleElement()
                .extracting("id", "memo")
                .containsExactly("s", "provider gave no usage");
        var first = pending.reconcile("s", 9);
        assertThat(pending.reconcile("s", 9)).isEqualTo(first);
        assertThatThrownBy(() -> pending.reconcile("s", 8)).isInstanceOf(ConflictException.class);
        assertThat(pending.list(10)).isEmpty();
        assertThat(balance(Accounts.MODELS)).isEqualTo(9);
    }

    private static Settle part(String id, String hold, long nano, String request) {
        return new Settle(
                id,
                hold,
                List.of(new Share(TestLedger.OWNER, nano, "request")),
                false,
                "",
                Optional.of(request));
    }

    private void requireRight() {
        assertThat(test.ledger.invariants().check()).isEmpty();
    }

    @Test
    void partsAreTakenOfAHoldThatStaysOpen() {
        String token = test.token("user:alice", USD);
        var hold = test.lock(token, 100);
        var first = test.ledger.settle(part("p1", hold.id(), 30, "req_2"));
        assertThat(first).isEqualTo(new Settlement(hold.id(), 30, 0, Ledger.Hold.State.OPEN));
        assertThat(test.ledger.settle(part("p1", hold.id(), 30, "req_2")))
                .as("repeated")
                .isEqualTo(first);
        assertThatThrownBy(() -> test.ledger.settle(part("p1", hold.id(), 31, "req_2")))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> test.ledger.settle(part("p1", hold.id(), 30, "req_3")))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> test.ledger.settle(part("p2", hold.id(), 71, "req_3")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("0.00000007");
        assertThatThrownBy(() -> test.ledger.settle(part("p2", hold.id(), 1, " ")))
                .isInstanceOf(InvalidRequestException.class);
        var state = test.ledger.verify(token, "weather");
        assertThat(state.heldNanoUsd()).isEqualTo(70);
        assertThat(state.postedNanoUsd()).isEqualTo(30);
        test.ledger.settle(part("p2", hold.id(), 0, "req_3"));
        requireRight();
        assertThat(test.ledger.voidHold("v", hold.id()).releasedNanoUsd()).isEqualTo(70);
        assertThatThrownBy(() -> test.ledger.settle(part("p3", hold.id(), 1, "req_4")))
                .isInstanceOf(ConflictException.class);
        assertThat(test.ledger.statement(TestLedger.OWNER, "", 9).lines())
                .singleElement()
                .extracting("nanoUsd", "reference")
                .containsExactly(30L, "req_2");
        requireRight();
    }

    @Test
    void partsAndEndsGoTogetherInAnyOrder() {
        String token = test.token("user:alice", USD);
        Limit limit = new Limit("key:1", new Budget(Budget.Period.DAY, USD), "");
        for (int i = 0; i < 3; i++) {
            var shared = test.lock(token, 100, limit);
            var own = test.lock(token, 50);
            var other = test.lock(token, 40, limit);
            var end = TestLedger.settleOf("e" + i, own.id(), 20);
            var one = part("a" + i, shared.id(), 10, "req_2");
            var two = part("b" + i, shared.id(), 15, "req_3");
            var last = TestLedger.settleOf("f" + i, other.id(), 5);
            var settled =
                    test.ledger.settleAll(
                            i == 0 ? List.of(end, one, two, last) : List.of(two, last, one, end));
            assertThat(settled).extracting("chargedNanoUsd").containsOnlyOnce(20L, 10L, 15L, 5L);
            assertThat(settled)
                    .filteredOn(each -> each.hold().equals(shared.id()))
                    .extracting("releasedNanoUsd", "state")
                    .containsOnly(tuple(0L, Ledger.Hold.State.OPEN));
            assertThat(test.ledger.settleAll(List.of(one, two)))
                    .as("repeated together")
                    .extracting("chargedNanoUsd")
                    .containsExactly(10L, 15L);
            requireRight();
            assertThat(test.ledger.settle(TestLedger.settleOf("r" + i, shared.id(), 75)))
                    .as("the rest")
                    .extracting("chargedNanoUsd", "state")
                    .containsExactly(75L, Ledger.Hold.State.SETTLED);
        }
        assertThat(test.ledger.verify(token, "weather").heldNanoUsd()).isZero();
        assertThat(test.ledger.verify(token, "weather").postedNanoUsd()).isEqualTo(3 * 125);
        requireRight();
    }

    @Test
    void partsOfAHoldThatExpiredAreChargedLateEachForItself() {
        String token = test.token("user:alice", 100);
        var hold = test.lock(token, 90);
        test.ledger.settle(part("p1", hold.id(), 30, "req_2"));
        test.clock.move(Duration.ofMinutes(6));
        assertThat(test.ledger.sweep()).isEqualTo(1);
        var late = test.ledger.settle(part("p2", hold.id(), 40, "req_3"));
        assertThat(late.chargedNanoUsd()).isEqualTo(40);
        assertThat(late.state()).isEqualTo(Ledger.Hold.State.EXPIRED);
        assertThat(test.ledger.settle(part("p2", hold.id(), 40, "req_3"))).isEqualTo(late);
        test.lock(token, 20);
        assertThat(test.ledger.settle(part("p3", hold.id(), 15, "req_4")).chargedNanoUsd())
                .as("no room for it any more")
                .isZero();
        assertThat(test.ledger.pendingCharges().list(9)).extracting("id").containsExactly("p3");
        assertThatThrownBy(() -> test.ledger.settle(part("p4", hold.id(), 21, "req_5")))
                .as("more than was left of it")
                .isInstanceOf(InvalidRequestException.class);
        requireRight();
    }

    @Test
    void aStatementIsTheSameBeforeAndAfterASweep() {
        String token = test.token("user:alice", 10 * USD);
        var shares =
                List.of(new Share(Accounts.MODELS, 5, "model"), new Share("user:bob", 3, "margin"));
        for (int i = 0; i < 3; i++) {
            var hold = test.lock(token, 10);
            test.ledger.settle(new Settle("s" + i, hold.id(), shares, false, ""));
        }
        var before = test.ledger.statement("user:alice", "", 100);
        assertThat(before.lines()).hasSize(7);
        test.ledger.sweep();
        assertThat(test.ledger.statement("user:alice", "", 100)).isEqualTo(before);
        var hold = test.lock(token, 10);
        test.ledger.settle(new Settle("s3", hold.id(), shares, false, ""));
        var lines = new ArrayList<Ledger.Line>();
        String next = "";
        do {
            var page = test.ledger.statement("user:alice", next, 2);
            lines.addAll(page.lines());
            next = page.next();
        } while (!next.isEmpty());
        assertThat(lines.subList(2, 9)).isEqualTo(before.lines());
        assertThat(test.ledger.statement("user:bob", "", 100).lines()).hasSize(4);
    }

    @Test
    void inItsOwnRunATokenIsGoodForAnotherAgentsWork() {
        test.ledger.accounts().credit("user:alice", USD, "c", "");
        var token = test.ledger.tokens().issue("user:alice", USD, Duration.ofHours(1), "a");
        var toB = new Delegate("d", token.text(), USD / 2, "b", Duration.ofHours(1));
        assertThatThrownBy(() -> test.ledger.delegate(toB))
                .as("whoever only has the token")
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> test.ledger.delegateIn("b", toB))
                .as("another agent's run")
                .isInstanceOf(InvalidRequestException.class);
        var child = test.ledger.delegateIn("a", toB);
        assertThat(test.ledger.verify(child.text(), "b").spendableNanoUsd()).isEqualTo(USD / 2);
        assertThatThrownBy(() -> test.ledger.verify(child.text(), "a"))
                .isInstanceOf(PaymentRequiredException.class);
        var lock =
                new Ledger.Lock(
                        "h", child.text(), "b", USD / 2, Duration.ofMinutes(5), List.of(), "r");
        test.settle(test.ledger.lock(lock), USD / 2);
        assertThat(test.ledger.verify(token.text(), "a").postedNanoUsd()).isEqualTo(USD / 2);
        assertThat(test.ledger.invariants().check()).isEmpty();
    }

    @Test
    void someHoldsAreThereTogetherOrNotAtAll() {
        String token = test.token("user:alice", USD);
        var locks =
                List.of(
                        lockOf("h1", token, USD / 2),
                        lockOf("h2", token, USD / 2),
                        lockOf("h3", token, 1));
        assertThatThrownBy(() -> test.ledger.lockAll(locks))
                .isInstanceOf(PaymentRequiredException.class);
        assertThat(test.ledger.verify(token, "").heldNanoUsd()).isZero();
        var two = test.ledger.lockAll(locks.subList(0, 2));
        assertThat(test.ledger.lockAll(locks.subList(0, 2))).isEqualTo(two);
        var settles =
                List.of(
                        TestLedger.settleOf("s2", "h2", 5),
                        TestLedger.settleOf("s1", "h1", USD / 2));
        var ends = test.ledger.settleAll(settles);
        assertThat(ends).extracting("chargedNanoUsd").containsExactly(5L, USD / 2);
        assertThat(ends).extracting("releasedNanoUsd").containsExactly(USD / 2 - 5, 0L);
        assertThat(test.ledger.settleAll(settles)).isEqualTo(ends);
        assertThat(test.ledger.invariants().check()).isEmpty();
    }

    private static Ledger.Lock lockOf(String id, String token, long nano) {
        return new Ledger.Lock(id, token, "clerk", nano, Duration.ofMinutes(5), List.of(), "r");
    }

    @Test
    void aSweepFreesAllThatExpired() {
        String token = test.token("user:alice", 1_000 * USD);
        String child = test.child(token, 500 * USD);
        for (int i = 0; i < 250; i++) {
            test.lock(i % 2 == 0 ? token : child, USD);
        }
        assertThat(test.ledger.sweep()).isZero();
        test.clock.move(Duration.ofMinutes(6));
        assertThat(test.ledger.sweep()).isEqualTo(250);
        assertThat(test.ledger.verify(token, "").heldNanoUsd()).isZero();
    }
}
