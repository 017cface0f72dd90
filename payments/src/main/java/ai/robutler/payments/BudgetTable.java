package ai.robutler.payments;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Budgets: one row for each who is limited and each period. Rows are taken in the order of their
 * names.
 */
final class BudgetTable {
    private static final long FOREVER = Long.MAX_VALUE;
    private static final long DAYS = 86_400_000L;

    private BudgetTable() {}

    /**
     * A budget's row.
     *
     * @param closes when its period is over
     */
    record Room(long limit, long closes) {
        Room smaller(Room other) {
            return limit <= other.limit ? this : other;
        }
    }

    /** The rows of these limits now, the smallest where two are of one row. */
    static SortedMap<String, Room> rooms(List<Ledger.Limit> limits, long now) {
        var rooms = new TreeMap<String, Room>();
        for (Ledger.Limit limit : limits) {
            rooms.merge(
                    name(limit, now),
                    new Room(limit.budget().nanoUsd(), closes(limit, now)),
                    Room::smaller);
        }
        return rooms;
    }

    /** As holds note them. */
    static String names(SortedMap<String, Room> rooms) {
        return String.join("\n", rooms.keySet());
    }

    static void hold(Handle handle, SortedMap<String, Room> rooms, long nano) {
        for (var each : rooms.entrySet()) {
            Room room = each.getValue();
            // The first of a row is checked by the row's own constraint only, which would be a
            // fault.
            boolean fits = nano <= room.limit();
            int held =
                    fits
                            ? handle.execute(
                                    "INSERT INTO ledger_budget (id, limit_nano, posted, held, closes)"
                                            + " VALUES (?, ?, 0, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                                            + " limit_nano = excluded.limit_nano,"
                                            + " held = ledger_budget.held + excluded.held"
                                            + " WHERE excluded.limit_nano - ledger_budget.posted"
                                            + " - ledger_budget.held >= excluded.held",
                                    each.getKey(),
                                    room.limit(),
                                    nano,
                                    room.closes())
                            : 0;
            if (held != 1) {
                throw exceeded(room.limit() - used(handle, each.getKey()), nano);
            }
        }
    }

    /** Holds more of budgets that something is held of. */
    static void holdMore(Handle handle, List<String> budgets, long nano) {
        for (String id : budgets) {
            int held =
                    handle.execute(
                            "UPDATE ledger_budget SET held = held + ? WHERE id = ?"
                                    + " AND limit_nano - posted - held >= ?",
                            nano,
                            id,
                            nano);
            if (held != 1) {
                throw exceeded(left(handle, id), nano);
            }
        }
    }

    /** Frees what was held, and posts what is charged of it. */
    static void release(Handle handle, List<String> budgets, long held, long charged) {
        for (String id : budgets) {
            int changed =
                    handle.execute(
                            "UPDATE ledger_budget SET held = held - ?, posted = posted + ? WHERE id = ?",
                            held,
                            charged,
                            id);
            if (held != 0) {
                Rows.one(changed);
            }
        }
    }

    /** Posts a charge for which nothing is held any more, if there is room. */
    static void charge(Handle handle, List<String> budgets, long nano) {
        for (String id : budgets) {
            int charged =
                    handle.execute(
                            "UPDATE ledger_budget SET posted = posted + ? WHERE id = ?"
                                    + " AND limit_nano - posted - held >= ?",
                            nano,
                            id,
                            nano);
            if (charged != 1) {
                throw exceeded(left(handle, id), nano);
            }
        }
    }

    /** Forgets some rows whose period was over long ago, and which nothing is held of. */
    static int forget(Handle handle, long before, int most) {
        return handle.execute(
                "DELETE FROM ledger_budget WHERE held = 0 AND id IN"
                        + " (SELECT id FROM ledger_budget WHERE closes < ? AND held = 0 LIMIT ?)",
                before,
                most);
    }

    private static String name(Ledger.Limit limit, long now) {
        LocalDate today = LocalDate.ofInstant(Instant.ofEpochMilli(now), ZoneOffset.UTC);
        String period =
                switch (limit.budget().period()) {
                    case RUN -> limit.run();
                    case DAY -> today.toString();
                    case MONTH -> today.toString().substring(0, 7);
                    case TOTAL -> "";
                };
        return limit.budget().period()
                + " "
                + period.length()
                + " "
                + period
                + " "
                + limit.subject();
    }

    private static long closes(Ledger.Limit limit, long now) {
        LocalDate today = LocalDate.ofInstant(Instant.ofEpochMilli(now), ZoneOffset.UTC);
        return switch (limit.budget().period()) {
            case RUN -> now + DAYS;
            case DAY -> millis(today.plusDays(1));
            case MONTH -> millis(today.withDayOfMonth(1).plusMonths(1));
            case TOTAL -> FOREVER;
        };
    }

    private static long millis(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }

    private static long used(Handle handle, String id) {
        return number(handle, "SELECT posted + held FROM ledger_budget WHERE id = ?", id);
    }

    private static long left(Handle handle, String id) {
        return number(
                handle, "SELECT limit_nano - posted - held FROM ledger_budget WHERE id = ?", id);
    }

    private static long number(Handle handle, String sql, String id) {
        return handle.select(sql, id).mapTo(Long.class).findOne().orElse(0L);
    }

    private static NotEnough exceeded(long left, long nano) {
        return NotEnough.limit("A budget has not enough room for this.", nano, left);
    }
}
