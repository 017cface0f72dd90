package ai.robutler.payments;

import java.time.Duration;

/**
 * Where payments by x402 stand in the ledger: their worth comes in to one account when they are
 * taken, the run is paid from it, and what is not settled on its network goes out again.
 */
record X402Books(Accounts accounts, Tokens tokens) {
    /** What is paid by x402 comes in here. What stays is paid and not assigned. */
    static final String ACCOUNT = "clearing:x402";

    /** A token for one run. It spends nothing before {@link #credit}. */
    String token(String id, long nanoUsd, Duration lifetime) {
        // Good for any agent: the run may be handed over.
        return tokens.issue(id, ACCOUNT, nanoUsd, lifetime, "").text();
    }

    void credit(String id, long nanoUsd, String memo) {
        accounts.credit(ACCOUNT, nanoUsd, id, memo);
    }
}
