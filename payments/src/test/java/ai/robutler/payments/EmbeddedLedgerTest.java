package ai.robutler.payments;

import static ai.robutler.payments.TestLedger.OWNER;
import static ai.robutler.payments.TestLedger.USD;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.payments.Ledger.Hold;
import ai.robutler.store.Database;
import ai.robutler.store.EachDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@EachDatabase
class EmbeddedLedgerTest {
    private final TestLedger test;

    EmbeddedLedgerTest(Database database) {
        test = new TestLedger(database);
    }

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void whatIsSettledMovesAndTheRestIsFree() {
        String token = test.token("user:alice", 10 * USD);
        Hold hold = test.lock(token, 4 * USD);
        assertThat(test.ledger.verify(token, "weather").spendableNanoUsd()).isEqualTo(6 * USD);
        var settlement = test.settle(hold, 3 * USD);
        assertThat(settlement)
                .isEqualTo(new Ledger.Settlement(hold.id(), 3 * USD, USD, Hold.State.SETTLED));
        assertThat(test.ledger.verify(token, "weather").spendableNanoUsd()).isEqualTo(7 * USD);
        assertThat(test.ledger.statement(OWNER, "", 10).balanceNanoUsd()).isEqualTo(3 * USD);
        assertThat(test.ledger.statement("user:alice", "", 10).lines()).hasSize(2);
    }
}
