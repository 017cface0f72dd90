package ai.robutler.identity;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What must be done now and then: keys rotated, old rows removed, uses written down. */
final class Upkeep implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final Duration CLOSING = Duration.ofSeconds(5);

    /** Old rows are in nobody's way: every tenth round will do. */
    private static final int CLEANING = 10;

    private final ApiKeys apiKeys;
    private final SigningKeys signingKeys;
    private final OwnerAssertions assertions;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("identity-upkeep").factory());
    private volatile String trouble = "";
    private int rounds;

    Upkeep(ApiKeys apiKeys, SigningKeys signingKeys, OwnerAssertions assertions) {
        this.apiKeys = apiKeys;
        this.signingKeys = signingKeys;
        this.assertions = assertions;
    }

    void start() {
        long period = PERIOD.toMillis();
        var _ = executor.scheduleWithFixedDelay(this, period, period, TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void run() {
        String failure = attempt("signing keys", signingKeys::refresh);
        failure += attempt("uses of API keys", apiKeys::flush);
        if (rounds++ % CLEANING == 0) {
            failure += attempt("old rows", this::cleanUp);
        }
        trouble = failure;
    }

    private void cleanUp() {
        assertions.cleanUp();
        signingKeys.cleanUp();
    }

    /** One thing that fails must not keep the others from being done, nor the next round. */
    private static String attempt(String what, Runnable task) {
        try {
            task.run();
            return "";
        } catch (RuntimeException e) {
            LOG.warn("Upkeep of {} failed, and is tried again: {}", what, e.getMessage());
            LOG.debug("Upkeep of {} failed", what, e);
            return what + ": " + e.getMessage() + "; ";
        }
    }

    /** What failed in the last round, "" where nothing did. */
    String trouble() {
        return trouble;
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException _) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
        attempt("uses of API keys", apiKeys::flush);
    }
}
