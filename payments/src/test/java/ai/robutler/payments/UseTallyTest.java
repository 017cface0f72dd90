package ai.robutler.payments;

import static ai.robutler.payments.TestLedger.USD;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.PaidUse;
import ai.robutler.payments.Ledger.Lock;
import ai.robutler.payments.Ledger.Settle;
import ai.robutler.payments.Ledger.Share;
import ai.robutler.store.Database;
import ai.robutler.store.EachDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How much agents were paid for, by the books. */
@EachDatabase(migrated = "payments")
class UseTallyTest {
    private static final PaidUse.Agent HERE = new PaidUse.Agent("", "weather");
    private static final PaidUse.Agent MERCHANTS = new PaidUse.Agent("owner", "weather");

    private final TestLedger test;
    private final UseTally tally;
    private final String token;

    UseTallyTest(Database database) {
        test = new TestLedger(database);
        var books = new Books(database, test.clock, new TokenText(HmacSigner.of("secret")));
        tally = new UseTally(books, 3);
        token = test.token("user:payer", 100 * USD);
    }

    @AfterEach
    void close() {
        test.close();
    }

    private static String run(int run, int hold) {
        return "run:%032x:%d".formatted(run, hold);
    }

    private void settle(String hold, String token, long nano, String payee) {
        lock(hold, token);
        test.ledger.settle(
                new Settle(
                        "settle:" + hold.replace("~", ""),
                        hold,
                        List.of(new Share(payee, nano, "request")),
                        false,
                        ""));
    }

    private void free(String hold, String token) {
        lock(hold, token);
        test.ledger.voidHold("void:" + hold.replace("~", ""), hold);
    }

    private void lock(String hold, String token) {
        test.ledger.lock(
                new Lock(hold, token, "weather", USD, Duration.ofMinutes(5), List.of(), "req"));
    }

    private Map<PaidUse.Agent, PaidUse.Use> uses() {
        test.clock.move(Duration.ofMinutes(2));
        tally.count();
        return tally.of(List.of(HERE, MERCHANTS, new PaidUse.Agent("", "none")));
    }

    @Test
    void aRequestCountsOnceByItsFirstHold() {
        settle(run(1, 1), token, 5, "user:owner");
        settle(run(1, 2), token, 5, "user:owner");
        free(run(1, 3), token);
        free(run(2, 1), token);
        assertThat(uses()).isEqualTo(Map.of(HERE, new PaidUse.Use(1, 1)));
        settle(run(3, 1), token, 5, "user:owner");
        assertThat(uses()).isEqualTo(Map.of(HERE, new PaidUse.Use(2, 1)));
        assertThat(uses()).isEqualTo(Map.of(HERE, new PaidUse.Use(2, 1)));
    }

    private void take(String part, String hold, List<Share> shares, boolean pending) {
        test.ledger.settle(
                new Settle("settle:" + part, hold, shares, pending, "", Optional.of("req")));
    }

    @Test
    void partsOfASharedHoldCountForTheirRuns() {
        String shared = run(9, 0);
        lock(shared, token);
        var shares = List.of(new Share("user:owner", 5, "request"));
        take(run(1, 1), shared, shares, false);
        take(run(1, 2), shared, shares, false);
        take(run(2, 1), shared, List.of(), false);
        take(run(3, 1), shared, List.of(), true);
        test.ledger.voidHold("void:" + shared, shared);
        assertThat(uses()).isEqualTo(Map.of(HERE, new PaidUse.Use(1, 1)));
    }

    @Test
    void whatAnOwnerPaysHimselfIsNothing() {
        String own = test.token("user:owner", 10 * USD);
        settle(run(1, 1), own, 5, "user:owner");
        String space = Wire.namespace("owner");
        settle(space + "a", own, 5, "user:owner");
        free(space + "b", own);
        assertThat(uses()).isEmpty();
    }

    @Test
    void aMerchantsAgentIsAnotherThanTheOneHere() {
        String space = Wire.namespace("owner");
        settle(space + "any-id-of-its-own", token, 5, "user:owner");
        settle(space + run(1, 1), token, 5, "user:owner");
        settle(space + run(1, 2), token, 5, "user:owner");
        free(space + "another", token);
        assertThat(uses()).isEqualTo(Map.of(MERCHANTS, new PaidUse.Use(2, 1)));
    }

    @Test
    void whatIsYoungIsCountedLater() {
        settle(run(1, 1), token, 5, "user:owner");
        tally.count();
        assertThat(tally.of(List.of(HERE))).isEmpty();
        assertThat(uses()).hasSize(1);
    }

    @Test
    void manyAreCountedInBatches() {
        for (int i = 0; i < 8; i++) {
            settle(run(i, 1), token, 5, "user:owner");
        }
        assertThat(uses()).isEqualTo(Map.of(HERE, new PaidUse.Use(8, 0)));
    }
}
