package ai.robutler.memory;

import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatMessage;
import ai.robutler.core.ConflictException;
import ai.robutler.core.Deadline;
import ai.robutler.store.Database;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Conversations in the database, the same for all nodes. One run at a time speaks in each: a run
 * holds it by a lease, which this object renews; when its node dies, the next may speak after that.
 * Should two runs think that it is theirs, the first that ends has it, and the other fails.
 * Thread-safe; callers block.
 */
final class SessionStore {
    private static final Logger LOG = LoggerFactory.getLogger(SessionStore.class);
    private static final long FIRST_LOOK = 10;
    private static final long LONGEST_LOOK = 250;

    private final Database database;
    private final SessionBounds bounds;
    private final InstantSource clock;
    private final Set<String> holders = ConcurrentHashMap.newKeySet();

    /**
     * @param clock must be about the same on all nodes
     */
    SessionStore(Database database, SessionBounds bounds, InstantSource clock) {
        this.database = database;
        this.bounds = bounds;
        this.clock = clock;
    }

    SessionBounds bounds() {
        return bounds;
    }

    /**
     * Takes a conversation for a run.
     *
     * @param until how long to wait for a run that has it
     * @throws ConflictException if that one is not over by then
     * @throws CancelledException if the thread is interrupted while it waits
     */
    SessionHold hold(MemoryOwner owner, SessionName name, Deadline until) {
        String holder = UUID.randomUUID().toString();
        long pause = FIRST_LOOK;
        holders.add(holder);
        try {
            while (true) {
                Optional<SessionRow> held = tryHold(owner, name, holder);
                if (held.isPresent()) {
                    return new SessionHold(holder, held.get());
                }
                if (until.hasPassed()) {
                    throw busy();
                }
                sleep(Math.clamp(until.remaining().toMillis(), 1, pause));
                pause = Math.min(LONGEST_LOOK, pause * 2);
            }
        } catch (RuntimeException e) {
            holders.remove(holder);
            throw e;
        }
    }

    private Optional<SessionRow> tryHold(MemoryOwner owner, SessionName name, String holder) {
        return database.writeSoon(
                handle -> {
                    long now = clock.millis();
                    return SessionRows.hold(
                                    handle, owner, name.text(), holder, now, leasedUntil(now))
                            ? SessionRows.held(handle, holder)
                            : Optional.<SessionRow>empty();
                });
    }

    private static ConflictException busy() {
        return new ConflictException(
                "session_busy",
                "Another request is being answered in this session. Send this one when that one is"
                        + " answered.");
    }

    /** With some chance in it, so that those who wait do not all look at once. */
    private static void sleep(long millis) {
        try {
            Thread.sleep(Math.max(1, millis / 2 + ThreadLocalRandom.current().nextLong(millis)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted while a session is busy");
        }
    }

    private long leasedUntil(long now) {
        return now + bounds.lease().toMillis();
    }

    /** Puts off the end of all leases of this node. */
    void renew() {
        List<String> held = List.copyOf(holders);
        if (!held.isEmpty()) {
            database.writeSoon(
                    handle -> {
                        SessionRows.renew(handle, held, leasedUntil(clock.millis()));
                        return null;
                    });
        }
    }

    /** The last turns that count, in their order, beyond those of the number. */
    List<SessionTurn> turns(SessionHold hold, long after, int limit) {
        return database.read(handle -> SessionRows.last(handle, hold.session().id(), after, limit));
    }

    /**
     * Keeps what a run has added, whole, and ends its hold.
     *
     * @param after the number of the last turn that counts before it
     * @param lifetime for how long the conversation is kept from now on
     * @throws ConflictException if something else was said meanwhile, or all was deleted
     */
    void add(
            SessionHold hold,
            long after,
            List<ChatMessage> messages,
            SessionSeen seen,
            Duration lifetime) {
        List<ChatMessage> fitting = SessionFit.within(bounds.turnBytes(), messages);
        String json = SessionFit.json(fitting);
        long now = clock.millis();
        var turn =
                new SessionRows.Addition(
                        json,
                        json.getBytes(StandardCharsets.UTF_8).length,
                        seen.text(),
                        !fitting.isEmpty() && SessionWindow.isResult(fitting.getFirst()),
                        now,
                        now + lifetime.toMillis());
        boolean added =
                database.write(
                        handle -> {
                            boolean isFirst = SessionRows.add(handle, hold, turn, after);
                            if (isFirst) {
                                SessionSweep.trim(handle, hold.session().id(), bounds);
                                if (hold.session().owner().isKnown()
                                        || hold.session().turns() == 0) {
                                    SessionSweep.trim(handle, hold.session(), bounds);
                                }
                            }
                            return isFirst;
                        });
        holders.remove(hold.holder());
        if (!added) {
            throw new ConflictException(
                    "session_changed",
                    "This session was changed or deleted while the request was answered; nothing of"
                            + " the answer is kept in it.");
        }
    }

    /** The run is over: its hold ends, and nothing that it has added stays. Does not throw. */
    void abandon(SessionHold hold) {
        holders.remove(hold.holder());
        try {
            database.writeSoon(
                    handle -> {
                        SessionRows.takeBack(handle, hold);
                        SessionRows.release(handle, hold.holder());
                        return null;
                    });
        } catch (RuntimeException e) {
            LOG.warn("A session is not free before its lease ends: {}", e.getMessage());
        }
    }

    void summarise(SessionHold hold, String summary, long summarised) {
        database.writeSoon(
                handle -> {
                    SessionRows.summarise(handle, hold.holder(), summary, summarised);
                    return null;
                });
    }

    Optional<SessionRow> find(MemoryOwner owner, SessionName name) {
        return database.read(
                handle -> SessionRows.find(handle, owner, name.text(), clock.millis()));
    }

    List<SessionRow> list(MemoryOwner owner, SessionPage after, int limit) {
        return database.read(
                handle -> SessionRows.list(handle, owner, after, limit, clock.millis()));
    }

    /** All turns before a number, those that were replaced too, the newest first. */
    List<SessionTurn> read(SessionRow session, long before, int limit) {
        return database.read(handle -> SessionRows.before(handle, session.id(), before, limit));
    }

    /** Whether there was such a conversation. */
    boolean delete(MemoryOwner owner, SessionName name) {
        return database.write(
                handle ->
                        SessionRows.find(handle, owner, name.text(), clock.millis())
                                .map(row -> SessionRows.remove(handle, row.id()))
                                .orElse(false));
    }

    /** A page of all conversations of a user, with every agent. */
    List<SessionRow> ofUser(String user, String after, int limit) {
        return database.read(handle -> SessionRows.ofUser(handle, user, after, limit));
    }

    void remove(SessionRow session) {
        database.write(handle -> SessionRows.remove(handle, session.id()));
    }

    /** Removes what has expired. */
    void sweep() {
        int more = 1;
        while (more > 0 && !Thread.currentThread().isInterrupted()) {
            more = database.write(handle -> SessionSweep.expired(handle, clock.millis()));
        }
    }
}
