package ai.robutler.payments;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How much room was left some seconds ago where something was held. It says what may be asked for,
 * not what there is: the next hold tells that. Thread-safe.
 */
final class Rooms {
    private static final long LONGEST = Duration.ofSeconds(5).toNanos();
    private static final int MOST = 10_000;

    private record Room(long asked, long left) {
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
            rooms.put(whose, new Room(asked, left));
        }
    }

    void forget(String whose) {
        rooms.remove(whose);
    }

    /** For how much more there was room; 0 if that is not known. */
    long left(String whose) {
        Room room = rooms.get(whose);
        return room == null || room.isOld(System.nanoTime()) ? 0 : room.left();
    }
}
