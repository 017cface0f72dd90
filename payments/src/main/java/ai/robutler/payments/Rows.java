package ai.robutler.payments;

/** What must be true of a statement's effect; if it is not, the transaction is undone. */
final class Rows {
    private Rows() {}

    static void one(int changed) {
        if (changed != 1) {
            throw new IllegalStateException("the ledger is damaged: " + changed + " rows, not 1");
        }
    }
}
