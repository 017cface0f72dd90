package ai.robutler.app;

import ai.robutler.payments.Bills;
import ai.robutler.payments.EmbeddedLedger;
import ai.robutler.server.Health;
import ai.robutler.server.HealthComponent;

import java.util.List;

/** Proves in the detailed health that the books are right, as far as a moment allows. */
record LedgerHealth(EmbeddedLedger ledger, Bills bills) implements HealthComponent {
    private static final int NEWEST = 1_000;

    @Override
    public String name() {
        return "ledger";
    }

    @Override
    public Health check() {
        List<String> violations = ledger.invariants().checkRecent(NEWEST);
        if (!violations.isEmpty()) {
            return Health.down("the books are wrong: " + String.join("; ", violations));
        }
        int unwritten = bills.unwritten();
        return unwritten == 0
                ? Health.up()
                : Health.degraded(unwritten + " charges wait to be written");
    }
}
