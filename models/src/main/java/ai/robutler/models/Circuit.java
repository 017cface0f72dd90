package ai.robutler.models;

import ai.robutler.core.ProviderException;
import ai.robutler.core.ProviderHealth;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The circuit breaker of one provider and key. It opens when too many of the last calls have
 * failed; then it lets a few calls through as probes, and closes or opens again by what becomes of
 * them. An answer in pieces counts when it is at its end; what became of a call that began in an
 * earlier state counts no more. Thread-safe; the lock is held for a few instructions.
 */
final class Circuit {
    private static final Logger LOG = LoggerFactory.getLogger(Circuit.class);

    /**
     * @param window how many calls are looked back at, 64 at most
     * @param least how many of them there must be before it opens
     * @param failures how many in a hundred open it
     * @param rest how long it stays open for the first time, doubled for each time that probes fail
     * @param longestRest which no rest exceeds
     * @param probes how many may be under way at once when half open
     * @param successes of probes that close it
     * @param probeTime after which a probe without an end is no reason to hold back another
     */
    record Rules(
            int window,
            int least,
            int failures,
            Duration rest,
            Duration longestRest,
            int probes,
            int successes,
            Duration probeTime) {
        static final Rules USUAL =
                new Rules(
                        40,
                        20,
                        80,
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(1),
                        3,
                        2,
                        Duration.ofSeconds(10));
    }

    /** What became of a call. */
    enum Outcome {
        /** The provider did its work; a request that it rejected for good reasons, too. */
        SUCCEEDED,
        /** The provider is to blame. */
        FAILED,
        /**
         * It says nothing about the provider: cancelled, a limit of the rate, a refused key, a call
         * that met another one.
         */
        NEITHER
    }

    /** The right to make one call; its first end counts. */
    final class Permit {
        private final long era;
        private boolean over;

        private Permit(long era) {
            this.era = era;
        }

        void end(Outcome outcome) {
            lock.lock();
            try {
                if (!over) {
                    over = true;
                    ended(era, outcome);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private final String name;
    private final Rules rules;
    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private ProviderHealth.Circuit state = ProviderHealth.Circuit.CLOSED;
    private Instant since = Instant.now();
    private String refusal = "";

    /** Counts the changes of state. */
    private long era;

    /** The last calls, one bit each, set for a failure; the latest is the lowest. */
    private long last;

    private int seen;
    private int rests;
    private long restUntil;
    private int probing;
    private int wellProbes;
    private long probesUntil;

    Circuit(String name) {
        this(name, Rules.USUAL, System::nanoTime);
    }

    Circuit(String name, Rules rules, LongSupplier nanos) {
        this.name = name;
        this.rules = rules;
        this.nanos = nanos;
    }

    /**
     * The right to call now.
     *
     * @throws ProviderException.Unavailable if the provider is given a rest
     */
    Permit enter() {
        lock.lock();
        try {
            Duration pause = pauseNow();
            if (pause.isPositive()) {
                throw ProviderException.unavailable(name, pause);
            }
            if (state == ProviderHealth.Circuit.OPEN) {
                become(ProviderHealth.Circuit.HALF_OPEN);
                probing = 0;
                wellProbes = 0;
            }
            if (state == ProviderHealth.Circuit.HALF_OPEN) {
                if (probing == rules.probes()) {
                    probing = 0; // They take very long: others may tell sooner.
                }
                if (probing++ == 0) {
                    probesUntil = nanos.getAsLong() + rules.probeTime().toNanos();
                }
            }
            return new Permit(era);
        } finally {
            lock.unlock();
        }
    }

    /** How long calls are held back from now on; zero if one would be let through. */
    Duration pause() {
        lock.lock();
        try {
            return pauseNow();
        } finally {
            lock.unlock();
        }
    }

    private Duration pauseNow() {
        long now = nanos.getAsLong();
        long wait =
                switch (state) {
                    case CLOSED -> 0;
                    case OPEN -> restUntil - now;
                    case HALF_OPEN -> probing < rules.probes() ? 0 : probesUntil - now;
                };
        return Duration.ofNanos(Math.max(0, wait));
    }

    private void ended(long begun, Outcome outcome) {
        if (outcome == Outcome.SUCCEEDED) {
            refusal = "";
        }
        if (begun != era) {
            return;
        }
        switch (state) {
            case CLOSED -> count(outcome);
            case HALF_OPEN -> probed(outcome);
            case OPEN -> {
                // No call begins in this state.
            }
        }
    }

    private void count(Outcome outcome) {
        if (outcome == Outcome.NEITHER) {
            return;
        }
        last = last << 1 | (outcome == Outcome.FAILED ? 1 : 0);
        last &= rules.window() == Long.SIZE ? -1L : (1L << rules.window()) - 1;
        seen = Math.min(seen + 1, rules.window());
        if (outcome == Outcome.FAILED
                && seen >= rules.least()
                && Long.bitCount(last) * 100 >= rules.failures() * seen) {
            open();
        }
    }

    private void probed(Outcome outcome) {
        probing = Math.max(0, probing - 1);
        switch (outcome) {
            case FAILED -> open();
            case SUCCEEDED -> {
                if (++wellProbes >= rules.successes()) {
                    become(ProviderHealth.Circuit.CLOSED);
                    rests = 0;
                }
            }
            case NEITHER -> {
                // The next probe will tell.
            }
        }
    }

    private void open() {
        become(ProviderHealth.Circuit.OPEN);
        long rest = rules.rest().toNanos() << Math.min(rests, 10);
        restUntil = nanos.getAsLong() + Math.min(rest, rules.longestRest().toNanos());
        rests++;
    }

    private void become(ProviderHealth.Circuit next) {
        if (next == ProviderHealth.Circuit.OPEN && state != next) {
            LOG.warn("{} fails too often: it is given a rest", name);
        } else if (next == ProviderHealth.Circuit.CLOSED) {
            LOG.info("{} is well again", name);
        }
        state = next;
        since = Instant.now();
        era++;
        last = 0;
        seen = 0;
    }

    /** Notes that the provider refuses this server, until a call succeeds. */
    void refused(String words) {
        lock.lock();
        try {
            refusal = words;
        } finally {
            lock.unlock();
        }
    }

    ProviderHealth health() {
        lock.lock();
        try {
            return new ProviderHealth(name, state, since, refusal);
        } finally {
            lock.unlock();
        }
    }
}
