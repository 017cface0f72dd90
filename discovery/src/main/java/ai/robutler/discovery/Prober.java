package ai.robutler.discovery;

import ai.robutler.core.CancelledException;
import ai.robutler.store.Database;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Looks now and then whether registered agents answer. Each is looked at by one of the nodes; who
 * does not answer is looked at less and less often.
 */
final class Prober {
    private static final int MOST_DOUBLINGS = 6;
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final Database database;
    private final DiscoverySettings settings;
    private final Looker looker;
    private final InstantSource clock;

    Prober(
            Database database, DiscoverySettings settings, Looker looker, InstantSource clock) {
        this.database = database;
        this.settings = settings;
        this.looker = looker;
        this.clock = clock;
    }

    /** Looks at some that are due, at the same time; how many. */
    int probe() {
        long now = clock.millis();
        if (!database.read(handle -> EntryTable.isDue(handle, now))) {
            return 0;
        }
        // Due again after the pause, should this node break down now.
        List<Entry> due =
                database.write(
                        handle ->
                                EntryTable.claim(
                                        handle,
                                        database.kind(),
                                        now,
                                        now + settings.probeEvery().toMillis(),
                                        settings.probesAtOnce()));
        var looks = new ArrayList<Thread>();
        for (Entry entry : due) {
            looks.add(
                    Thread.ofVirtual()
                            .name("discovery-probe")
                            .start(() -> look(entry)));
        }
        await(looks);
        return due.size();
    }

    private void await(List<Thread> looks) {
        try {
            // A look is two calls at most, and writing down what came of it.
            long bound = 2 * settings.probeTimeout().toMillis() + 20_000;
            for (Thread look : looks) {
                boolean _ = look.join(Duration.ofMillis(bound));
            }
        } catch (InterruptedException e) {
            looks.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
        }
    }

    private void look(Entry entry) {
        try {
            Optional<String> problem = looker.health(entry.url(), entry.name());
            int failures = problem.isEmpty() ? 0 : Math.min(entry.failures() + 1, 1_000_000);
            note(entry, failures);
        } catch (CancelledException e) {
            // Closed: another node looks when it is due again.
        }
    }

    private void note(Entry entry, int failures) {
        Health health =
                failures == 0
                        ? Health.UP
                        : failures >= Standing.DOWN_AFTER ? Health.DOWN : entry.health();
        long next = clock.millis() + pause(failures);
        database.write(
                handle -> {
                    boolean same = EntryTable.looked(handle, entry, health, failures, next);
                    if (same && health != entry.health()) {
                        EntryIndex.FEED.changed(handle, List.of(entry.id()));
                    }
                    return same;
                });
    }

    /** With jitter, so that what began together does not stay together. */
    private long pause(int failures) {
        long every = settings.probeEvery().toMillis();
        int doublings = Math.clamp(failures - Standing.DOWN_AFTER, 0, MOST_DOUBLINGS);
        long pause = Math.min(every << doublings, Math.max(every, LONGEST_PAUSE.toMillis()));
        return pause * 3 / 4 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
    }
}
