package ai.robutler.payments;

import ai.robutler.core.ApiException;
import ai.robutler.core.CancelledException;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Frees what is held by nobody any more. Every node may sweep: no two get the same hold, and each
 * batch is one transaction.
 */
final class Sweeper implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    private static final int BATCH = 100;

    /** How many movements' lines are placed at once: other writers wait for some milliseconds. */
    private static final int LINES = 2_000;

    /**
     * How long budgets whose time is over are kept, for clocks that jump and charges that are late.
     */
    private static final Duration KEPT = Duration.ofDays(60);

    private final Books books;
    private final UseTally tally;
    private final Duration pause;

    Sweeper(Books books, UseTally tally, Duration pause) {
        this.books = books;
        this.tally = tally;
        this.pause = pause;
    }

    /** Sweeps until it is interrupted. A database that is away is tried again later. */
    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(pause);
                sweep();
                tally.count();
            } catch (InterruptedException | CancelledException e) {
                return;
            } catch (ApiException e) {
                LOG.warn("Holds that expired are not freed now: {}", e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("Holds that expired are not freed", e);
            }
        }
    }

    /** Frees all that has expired by now; how many holds. */
    int sweep() {
        int swept = 0;
        int batch = BATCH;
        while (batch == BATCH && !Thread.currentThread().isInterrupted()) {
            batch = books.write(this::sweep);
            swept += batch;
        }
        while (!books.isPostgres()
                && !Thread.currentThread().isInterrupted()
                && books.write(Sweeper::placeLines)) {}
        long old = books.now() - KEPT.toMillis();
        books.write(handle -> BudgetTable.forget(handle, old, BATCH));
        return swept;
    }

    /** Notes where the entries of accounts are, for their statements; whether there are more. */
    private static boolean placeLines(Handle handle) {
        long upto = number(handle, "SELECT upto FROM ledger_lined");
        long newest = number(handle, "SELECT COALESCE(MAX(seq), 0) FROM ledger_movement");
        long to = Math.min(newest, upto + LINES);
        if (to > upto) {
            handle.execute(
                    "INSERT INTO ledger_line (account, movement, n) SELECT account, movement, n"
                            + " FROM ledger_entry WHERE movement > ? AND movement <= ?"
                            + " ORDER BY account, movement, n",
                    upto,
                    to);
            handle.execute("UPDATE ledger_lined SET upto = ?", to);
        }
        return to < newest;
    }

    private static long number(Handle handle, String sql) {
        return handle.select(sql).mapTo(Long.class).one();
    }

    private int sweep(Handle handle) {
        List<HoldRow> expired =
                HoldTable.expire(handle, books.database().kind(), books.now(), BATCH);
        // All transactions take these rows in this order.
        var tokens = new TreeMap<Level, Long>();
        var accounts = new TreeMap<String, Long>();
        var budgets = new TreeMap<String, Long>();
        for (HoldRow hold : expired) {
            for (int i = 0; i < hold.lineage().size(); i++) {
                tokens.merge(
                        new Level(hold.lineage().size() - i, hold.lineage().get(i)),
                        hold.nano(),
                        Math::addExact);
            }
            accounts.merge(hold.account(), hold.nano(), Math::addExact);
            hold.budgets().forEach(id -> budgets.merge(id, hold.nano(), Math::addExact));
        }
        tokens.forEach((token, held) -> TokenTable.release(handle, List.of(token.id()), held, 0));
        accounts.forEach((id, held) -> AccountTable.release(handle, id, held, 0));
        budgets.forEach((id, held) -> BudgetTable.release(handle, List.of(id), held, 0));
        return expired.size();
    }

    /** A token and how deep it is; the deepest come first. */
    private record Level(int depth, String id) implements Comparable<Level> {
        private static final Comparator<Level> ORDER =
                Comparator.comparingInt(Level::depth).reversed().thenComparing(Level::id);

        @Override
        public int compareTo(Level other) {
            return ORDER.compare(this, other);
        }
    }
}
