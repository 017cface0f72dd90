package ai.robutler.store;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What is done to the database within one transaction.
 *
 * <p>It runs on a thread of the database, so that it sees no {@link ScopedValue} of its caller. It
 * may run more than once, each time in a new transaction after the one before was undone: it must
 * do nothing that cannot be repeated, and touch nothing but the handle. It must be short, and wait
 * for nothing but the database. When a statement fails, the work must end with that exception:
 * PostgreSQL refuses to go on, SQLite may have undone the whole transaction. What may fail as a
 * matter of course says so in SQL ({@code ON CONFLICT DO NOTHING}).
 *
 * @param <T> what it finds out
 */
@FunctionalInterface
public interface Work<T extends @Nullable Object> {

    /**
     * Works with the handle, which is of no use afterwards. It neither commits nor rolls back by
     * itself: an exception rolls back, whatever its type, and reaches the caller.
     */
    T in(Handle handle);

    /** Whether it is {@linkplain #ofOneStatement one statement}. */
    default boolean isOneStatement() {
        return false;
    }

    /** Whom to tell that this process is not needed for it any more; null: nobody. */
    default @Nullable Handover handover() {
        return null;
    }

    /**
     * A work that runs exactly one statement. It needs no transaction around it, which spares
     * PostgreSQL a round trip, and SQLite a few calls; all else is as for any work.
     */
    static <T extends @Nullable Object> Work<T> ofOneStatement(Work<T> work) {
        return ofOneStatement(work, null);
    }

    /**
     * A work that runs exactly one statement, of which somebody is told, if the database can tell,
     * that it is on its way.
     */
    static <T extends @Nullable Object> Work<T> ofOneStatement(
            Work<T> work, @Nullable Handover handover) {
        return new Work<>() {
            @Override
            public T in(Handle handle) {
                return work.in(handle);
            }

            @Override
            public boolean isOneStatement() {
                return true;
            }

            @Override
            public @Nullable Handover handover() {
                return handover;
            }
        };
    }
}
