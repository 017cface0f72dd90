package ai.robutler.payments;

import ai.robutler.store.Database;
import ai.robutler.store.Work;

import org.jspecify.annotations.Nullable;

import java.time.Clock;

/**
 * The database, the clock, and the one way to spend: what came in is collected first if need be.
 */
record Books(Database database, Clock clock, TokenText tokens) {

    long now() {
        return clock.millis();
    }

    <T extends @Nullable Object> T read(Work<T> work) {
        return database.read(work);
    }

    /**
     * A transaction that looks first whether its id has been used. Where another came in between,
     * it is repeated, and sees what that one did.
     */
    <T extends @Nullable Object> T write(Work<T> work) {
        try {
            return database.write(work);
        } catch (Journal.Taken e) {
            try {
                return database.write(work);
            } catch (Journal.Taken again) {
                throw Journal.reused();
            }
        }
    }

    /**
     * A transaction that needs money of an account.
     *
     * @throws NotEnough if it is not there, and did not just come in either
     */
    <T extends @Nullable Object> T spend(Work<T> work) {
        try {
            return write(work);
        } catch (NotEnough e) {
            if (e.account().isEmpty() || !collects(e.account())) {
                throw e;
            }
            return write(work);
        }
    }

    /** Whether there was something to collect. */
    private boolean collects(String account) {
        return read(handle -> AccountTable.uncollected(handle, account)) > 0
                && write(handle -> AccountTable.collect(handle, account, now())) > 0;
    }
}
