package ai.robutler.payments;

import ai.robutler.core.PaymentRequiredException;
import ai.robutler.store.Database;
import ai.robutler.store.Work;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.util.function.Supplier;

/**
 * The database, the clock, and the one way to spend: what came in is collected first if need be.
 *
 * @param isHasty whether nothing waits for the disk
 * @param underWay what is waited for before anything is read, or refused
 */
record Books(Database database, Clock clock, TokenText tokens, boolean isHasty, UnderWay underWay) {
    private static final int ATTEMPTS = 5;

    Books(Database database, Clock clock, TokenText tokens) {
        this(database, clock, tokens, false, new UnderWay());
    }

    /**
     * The same books for what ends holds in runs: its transactions do not wait for the disk, and
     * not for others that are under way either, since they may be its own.
     */
    Books hasty() {
        return new Books(database, clock, tokens, true, new UnderWay());
    }

    long now() {
        return clock.millis();
    }

    boolean isPostgres() {
        return database.kind() == Database.Kind.POSTGRESQL;
    }

    /** Which row beside an account's own; where one writes at a time, one is enough. */
    long shard(String id) {
        return isPostgres() ? AccountTable.shard(id.hashCode()) : 0;
    }

    /** A transaction that is not repeated; soon, or as these books wait for the disk. */
    <T extends @Nullable Object> T once(Work<T> work, boolean soon) {
        return soon || isHasty ? database.writeSoon(work) : database.write(work);
    }

    <T extends @Nullable Object> T read(Work<T> work) {
        underWay.await();
        return database.read(work);
    }

    /**
     * A transaction that looks first whether its id has been used. Where another came in between,
     * it is repeated, and sees what that one did.
     */
    <T extends @Nullable Object> T write(Work<T> work) {
        try {
            return transaction(work);
        } catch (Journal.Taken e) {
            try {
                return transaction(work);
            } catch (Journal.Taken again) {
                throw Journal.reused();
            }
        }
    }

    private <T extends @Nullable Object> T transaction(Work<T> work) {
        return once(work, false);
    }

    /**
     * A transaction that needs money of an account.
     *
     * @throws NotEnough if it is not there
     */
    <T extends @Nullable Object> T spend(Work<T> work) {
        return refusedLast(() -> collecting(() -> write(work)));
    }

    /**
     * As {@link #spend}, without the wait for the disk: for what only sets money aside. Whatever is
     * built on it later is written after it, so that it is never there without it.
     */
    <T extends @Nullable Object> T setAside(Work<T> work) {
        return refusedLast(() -> collecting(() -> database.writeSoon(work)));
    }

    /** Whoever would be refused while others end their holds is asked once more after that. */
    private <T extends @Nullable Object> T refusedLast(Supplier<T> spending) {
        try {
            return spending.get();
        } catch (NotEnough | PaymentRequiredException e) {
            if (!underWay.await()) {
                throw e;
            }
            return spending.get();
        }
    }

    private <T extends @Nullable Object> T collecting(Supplier<T> transaction) {
        for (int attempt = 1; ; attempt++) {
            try {
                return transaction.get();
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
