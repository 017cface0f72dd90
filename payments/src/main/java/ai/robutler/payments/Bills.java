package ai.robutler.payments;

import ai.robutler.core.Billing;
import ai.robutler.outbound.OutboundClient;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes the runs of agents paid work. One serves all agents of a program; close it after the server
 * and before the ledger. Thread-safe.
 */
public final class Bills implements AutoCloseable {
    private final Ledger ledger;
    private final Ledger x402Ledger;
    private final PaymentsSettings settings;
    private final Supplier<String> baseUrl;
    private final PaymentOffers offers;
    private final UnwrittenCharges unwritten;
    private final SharedHolds shared;
    private final Optional<X402> x402;

    private Bills(
            Ledger ledger,
            Ledger x402Ledger,
            PaymentsSettings settings,
            String issuer,
            Supplier<String> baseUrl,
            UnwrittenCharges unwritten,
            Optional<X402> x402) {
        this.ledger = ledger;
        this.x402Ledger = x402Ledger;
        this.settings = settings;
        this.baseUrl = baseUrl;
        this.unwritten = unwritten;
        this.shared = new SharedHolds(ledger, unwritten);
        this.x402 = x402;
        this.offers = new PaymentOffers(x402.flatMap(_ -> settings.x402()), issuer);
    }

    /**
     * Bills that are paid by token only.
     *
     * @param issuer whose payment tokens are good here, a URL or a host, for clients to see
     * @param baseUrl where clients find this server, without a slash at the end, "" while nobody
     *     knows
     */
    public static Bills byToken(
            Ledger ledger, PaymentsSettings settings, String issuer, Supplier<String> baseUrl) {
        return new Bills(
                ledger,
                ledger,
                settings,
                issuer,
                baseUrl,
                new UnwrittenCharges(),
                Optional.empty());
    }

    /**
     * Bills that are paid by token or, where it is configured, by x402. What is paid by token is
     * written {@linkplain EmbeddedLedger#inRuns without the wait for the disk}; what was paid
     * elsewhere must not be forgotten, and waits.
     *
     * @param outbound reaches the facilitator; not closed here
     */
    public static Bills byTokenAndX402(
            EmbeddedLedger ledger,
            PaymentsSettings settings,
            String issuer,
            Supplier<String> baseUrl,
            OutboundClient outbound) {
        Optional<X402> x402 =
                settings.x402()
                        .map(
                                configured ->
                                        new X402(
                                                configured,
                                                new HttpFacilitator(
                                                        configured, new OutboundPost(outbound)),
                                                new X402Books(ledger.accounts(), ledger.tokens())));
        return new Bills(
                ledger.inRuns(), ledger, settings, issuer, baseUrl, new UnwrittenCharges(), x402);
    }

    /** For tests: with these repetitions. */
    static Bills with(
            Ledger ledger,
            PaymentsSettings settings,
            String issuer,
            UnwrittenCharges unwritten,
            Optional<X402> x402) {
        return new Bills(ledger, ledger, settings, issuer, () -> "", unwritten, x402);
    }

    /** How runs of an agent with this price are paid for. */
    public Billing of(AgentPrice price) {
        return new RunBilling(terms(ledger, price), terms(x402Ledger, price), x402);
    }

    /** How agents that cost nothing pass on what their callers pay, to agents that they call. */
    public Billing passing() {
        return PassedTab.billing(ledger);
    }

    private BillTerms terms(Ledger ledger, AgentPrice price) {
        return new BillTerms(ledger, unwritten, shared, settings, price, offers, baseUrl);
    }

    /**
     * How many ends of charges the ledger has not taken yet, those of one step as one; for health
     * and metrics.
     */
    public int unwritten() {
        return unwritten.size();
    }

    /**
     * Frees what is held for nobody, and writes what is still unwritten, for a few seconds at most.
     */
    @Override
    public void close() {
        shared.close();
        unwritten.close();
    }
}
