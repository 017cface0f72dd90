package ai.robutler.payments;

import ai.robutler.store.Database;
import ai.robutler.store.Work;

import org.jspecify.annotations.Nullable;

import java.time.Clock;

/**
 * The database, the clock, and the one way to spend: what came in is collected first if need be.
 */
record Books(Database database, Clock clock, TokenText tokens) {
    private static final int ATTEMPTS = 5;

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
     * @throws NotEnough if it is not there
     */
    <T extends @Nullable Object> T spend(Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return write(work);
            } catch (NotEnough e) {
                if (attempt == ATTEMPTS || !e.isUncollected()) {
                    throw e;
                }
                // Another may do so at the same time; then it is in the account's row, too.
                write(handle -> AccountTable.collect(handle, e.account(), now()));
            }
        }
    }
}
