package ai.robutler.payments;

import java.util.List;

/**
 * Who pays for a run.
 *
 * @param token a payment token
 * @param isPart whether it is a part of another token, as hiring agents have it made
 * @param account that the token spends
 * @param run names the run with all that was handed over from it
 * @param budgets that must have room
 */
record Payer(String token, boolean isPart, String account, String run, List<Ledger.Limit> budgets) {
    Payer {
        budgets = List.copyOf(budgets);
    }

    /** As good as money: never in a log. */
    @Override
    public String toString() {
        return "Payer[" + account + "]";
    }
}
