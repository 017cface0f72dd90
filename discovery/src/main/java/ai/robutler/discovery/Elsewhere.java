package ai.robutler.discovery;

import ai.robutler.core.ApiException;
import ai.robutler.core.Caller;
import ai.robutler.store.Database;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** Lists this server's agents on a remote platform, too, and shows there what it asks for. */
final class Elsewhere {
    private static final Logger LOG = LoggerFactory.getLogger(Elsewhere.class);
    private static final Duration RENEWAL = Duration.ofHours(6);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    private final Registry platform;
    private final Database database;
    private final InstantSource clock;
    private final Map<Publication, Turn> turns = new HashMap<>();

    /** When it is the turn of a publication again, and how often in a row it was not listed. */
    private record Turn(Instant next, int failures) {}

    Elsewhere(Registry platform, Database database, InstantSource clock) {
        this.platform = platform;
        this.database = database;
        this.clock = clock;
    }

    /** Publishes what is due. For one thread. */
    void publish(Iterable<Publication> publications) {
        var still = new HashMap<Publication, Turn>();
        for (Publication publication : publications) {
            Turn turn = turns.getOrDefault(publication, new Turn(Instant.EPOCH, 0));
            still.put(
                    publication,
                    turn.next().isAfter(clock.instant()) ? turn : publish(publication, turn));
        }
        turns.clear();
        turns.putAll(still);
    }

    private Turn publish(Publication publication, Turn turn) {
        try {
            return switch (platform.publish(publication, Caller.anonymous())) {
                case Published.Listed _ -> new Turn(clock.instant().plus(RENEWAL), 0);
                case Published.Challenged challenge -> {
                    show(publication, challenge);
                    yield later(turn, publication, challenge.problem());
                }
            };
        } catch (ApiException e) {
            return later(turn, publication, String.valueOf(e.getMessage()));
        }
    }

    private void show(Publication publication, Published.Challenged challenge) {
        database.write(
                handle -> {
                    ChallengeTable.show(
                            handle,
                            challenge.token(),
                            publication.agent(),
                            challenge.proof(),
                            challenge.expires().toEpochMilli());
                    return true;
                });
    }

    private Turn later(Turn turn, Publication publication, String problem) {
        if (!problem.isEmpty()) {
            LOG.warn(
                    "The platform does not list {} yet: {}",
                    publication.agent(),
                    Words.cut(problem, 200));
        }
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(turn.failures(), 10));
        Duration bounded = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        return new Turn(clock.instant().plus(bounded), turn.failures() + 1);
    }
}
