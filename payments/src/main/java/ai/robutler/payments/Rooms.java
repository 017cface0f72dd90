package ai.robutler.payments;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much room was left a moment ago where something was held. What is small beside that will be
 * held, too: only whoever takes much of the rest within that moment, on another node, can prove
 * this wrong. Thread-safe.
 */
final class Rooms {
    /** How many times the wanted amount there must be. */
    static final long TIMES = 20;

    private static final long LONGEST = Duration.ofSeconds(1).toNanos();
    private static final int MOST = 10_000;

    /**
     * @param counted what is counted on and not held yet, at least
     */
    private record Room(long asked, long left, AtomicLong counted) {
        boolean isOld(long now) {
            return now - asked >= LONGEST;
        }
    }

    private final Map<String, Room> rooms = new ConcurrentHashMap<>();

    /**
     * @param whose names all that limits
     * @param asked by {@link System#nanoTime}, before the database was asked
     */
    void keep(String whose, long left, long asked) {
        if (rooms.size() >= MOST) {
            rooms.values().removeIf(each -> each.isOld(asked));
        }
        if (rooms.size() < MOST) {
            rooms.compute(
                    whose,
                    (_, before) ->
                            new Room(
                                    asked,
                                    left,
                                    before == null ? new AtomicLong() : before.counted()));
        }
    }

    /** What was counted on, perhaps, has been held, or has not. */
    void ended(String whose, long nano) {
        Room room = rooms.get(whose);
        if (room != null) {
            room.counted().getAndUpdate(counted -> Math.max(0, counted - nano));
        }
    }

    void forget(String whose) {
        rooms.remove(whose);
    }

    /** Whether there is so much room for an amount; then it is counted on until it has ended. */
    boolean isAmple(String whose, long nano) {
        Room room = rooms.get(whose);
        if (room == null || room.isOld(System.nanoTime())) {
            return false;
        }
        long left = room.left();
        long before =
                room.counted()
                        .getAndUpdate(
                                counted -> fits(left - counted, nano) ? counted + nano : counted);
        return fits(left - before, nano);
    }

    private static boolean fits(long left, long nano) {
        return left / TIMES >= nano;
    }
}
