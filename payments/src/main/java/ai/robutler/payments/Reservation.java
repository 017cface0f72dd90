package ai.robutler.payments;

import org.jdbi.v3.core.Handle;

import java.util.List;

/**
 * What an amount is held of: the token and those that it came of, the account, the budgets. Every
 * transaction takes their rows in this order, so that none waits for another in a circle.
 *
 * @param lineage tokens, the child first
 * @param budgets in the order of their names
 */
record Reservation(List<String> lineage, String account, List<String> budgets) {
    static Reservation of(HoldRow hold) {
        return new Reservation(hold.lineage(), hold.account(), hold.budgets());
    }

    /** Holds more of all of them, or throws {@link NotEnough}. */
    void holdMore(Handle handle, long nano, long now) {
        TokenTable.hold(handle, lineage, nano, now);
        AccountTable.hold(handle, account, nano);
        BudgetTable.holdMore(handle, budgets, nano);
    }

    /** Frees what was held, and charges some of it. */
    void release(Handle handle, long held, long charged) {
        TokenTable.release(handle, lineage, held, charged);
        AccountTable.release(handle, account, held, charged);
        BudgetTable.release(handle, budgets, held, charged);
    }

    /** Charges what is not held any more, or throws {@link NotEnough}. */
    void charge(Handle handle, long nano) {
        TokenTable.charge(handle, lineage, nano);
        AccountTable.charge(handle, account, nano);
        BudgetTable.charge(handle, budgets, nano);
    }
}
