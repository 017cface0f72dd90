package ai.robutler.search;

import ai.robutler.store.Database;

import java.time.Duration;
import java.time.InstantSource;

/**
 * Lets one node at a time do what is done for all. It is a courtesy, not a lock: a holder that was
 * too slow may find another at work beside it, so that whatever is done must bear being done twice.
 * Clocks must be about the same on all nodes. That of a process on the same machine ends with the
 * process, however that ends. Thread-safe.
 */
public final class Lease {
    private final Database database;
    private final String name;
    private final Duration time;
    private final LeaseHolder self = LeaseHolder.here();
    private final String holder = self.text();
    private final InstantSource clock = InstantSource.system();

    /**
     * Makes no call. The table is one of the module {@code search}, see {@link Database#migrate}.
     *
     * @param name of the work
     * @param time how long it is kept without being renewed
     */
    public Lease(Database database, String name, Duration time) {
        this.database = database;
        this.name = name;
        this.time = time;
    }

    /**
     * Takes it, or renews it.
     *
     * @return whether it is this object's now
     * @throws ai.robutler.core.UnavailableException if the database is away
     */
    public boolean take() {
        long now = clock.millis();
        return database.write(
                handle -> {
                    String gone =
                            handle.select("SELECT holder FROM search_leases WHERE name = ?", name)
                                    .mapTo(String.class)
                                    .findOne()
                                    .filter(this::isGone)
                                    .orElse(holder);
                    return handle.execute(
                                    "INSERT INTO search_leases (name, holder, expires)"
                                            + " VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE"
                                            + " SET holder = excluded.holder,"
                                            + " expires = excluded.expires"
                                            + " WHERE search_leases.holder = excluded.holder"
                                            + " OR search_leases.holder = ?"
                                            + " OR search_leases.expires < ?",
                                    name,
                                    holder,
                                    now + time.toMillis(),
                                    gone,
                                    now)
                            == 1;
                });
    }

    private boolean isGone(String other) {
        return LeaseHolder.parse(other).filter(each -> each.isGoneFrom(self.host())).isPresent();
    }

    /**
     * Leaves it to others, if it is this object's.
     *
     * @throws ai.robutler.core.UnavailableException if the database is away
     */
    public void release() {
        database.write(
                handle ->
                        handle.execute(
                                "DELETE FROM search_leases WHERE name = ? AND holder = ?",
                                name,
                                holder));
    }
}
