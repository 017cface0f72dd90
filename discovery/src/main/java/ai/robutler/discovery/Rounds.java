package ai.robutler.discovery;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;

/** Does a thing over and over on a thread of its own. What fails is tried again. */
final class Rounds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final String what;
    private final Runnable round;
    private final Duration pause;
    private final Thread thread;
    private volatile String trouble = "";

    Rounds(String what, Duration pause, Runnable round) {
        this.what = what;
        this.pause = pause;
        this.round = round;
        this.thread = Thread.ofVirtual().name("discovery-" + what).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                round.run();
                trouble = "";
            } catch (RuntimeException e) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                if (trouble.isEmpty()) {
                    LOG.warn("Discovery: {} failed, and is tried again: {}", what, e.getMessage());
                }
                LOG.debug("Discovery: {} failed", what, e);
                trouble = what + ": " + e.getMessage();
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** What failed in the last round, "" where nothing did. */
    String trouble() {
        return trouble;
    }

    @Override
    public void close() {
        if (!thread.isAlive()) {
            return;
        }
        thread.interrupt();
        try {
            boolean _ = thread.join(CLOSING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
