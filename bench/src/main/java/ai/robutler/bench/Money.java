package ai.robutler.bench;

import ai.robutler.core.Json;
import ai.robutler.core.Settings;
import ai.robutler.identity.AuthSettings;
import ai.robutler.identity.Identity;
import ai.robutler.identity.NewApiKey;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundSettings;
import ai.robutler.payments.Bills;
import ai.robutler.payments.EmbeddedLedger;
import ai.robutler.payments.PaymentsSettings;
import ai.robutler.store.Database;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Identity, ledger and bills on a database, wired as the program does it, and one who can pay. */
final class Money implements AutoCloseable {
    /** A million dollars, in nano-dollars: nobody comes to the end of it here. */
    private static final long PLENTY = 1_000_000_000_000_000L;

    private static final String PAYER = "payer";

    private final OutboundClient outbound = OutboundClient.open(OutboundSettings.DEFAULT);
    private final Identity identity;
    private final EmbeddedLedger ledger;
    private final Bills bills;

    /**
     * @param database stays open
     * @param folder for signing keys
     */
    Money(Database database, Path folder) {
        var auth = Settings.of(Json.object().put("mode", "required"), _ -> "");
        identity =
                Identity.open(
                        AuthSettings.read(auth, "https://bench.example"),
                        database,
                        folder,
                        outbound,
                        InstantSource.system());
        ledger = EmbeddedLedger.open(database, identity.signer());
        bills =
                Bills.byTokenAndX402(
                        ledger,
                        PaymentsSettings.DEFAULT,
                        identity.signer().issuer(),
                        () -> "",
                        outbound);
    }

    Identity identity() {
        return identity;
    }

    EmbeddedLedger ledger() {
        return ledger;
    }

    Bills bills() {
        return bills;
    }

    /** An API key without budgets. */
    String key() {
        return identity.apiKeys().create(NewApiKey.of(PAYER)).secret();
    }

    /** A payment token of an account with plenty. */
    String token(String payer) {
        ledger.accounts().credit("user:" + payer, PLENTY, "credit-" + payer, "");
        return ledger.tokens().issue("user:" + payer, PLENTY, Duration.ofDays(1), "").text();
    }

    String token() {
        return token(PAYER);
    }

    /**
     * Ends the measurement with a look at the books: figures of a ledger that lost count are none.
     */
    void requireRight() {
        List<String> wrong = ledger.invariants().check();
        if (!wrong.isEmpty()) {
            throw new IllegalStateException("the books are wrong: " + wrong);
        }
    }

    @Override
    public void close() {
        bills.close();
        ledger.close();
        identity.close();
        outbound.close();
    }
}
