package ai.robutler.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Sends a sign of life to the streams that are silent. One thread for all of them. */
final class Heartbeat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private final long silenceNanos;
    private final Set<EventWire> streams = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("robutler-heartbeat").factory());

    Heartbeat(Duration silence) {
        this.silenceNanos = silence.toNanos();
        long tick = Math.clamp(silenceNanos / 10, 1_000_000L, 1_000_000_000L);
        var _ = clock.scheduleWithFixedDelay(this::beat, tick, tick, TimeUnit.NANOSECONDS);
    }

    private void beat() {
        streams.removeIf(stream -> !keepAlive(stream));
    }

    /** Whether it is worth going on with: one broken stream must not stop the clock of all. */
    private boolean keepAlive(EventWire stream) {
        try {
            stream.keepAlive(silenceNanos);
            return true;
        } catch (RuntimeException e) {
            LOG.warn("a stream could not be kept alive", e);
            return false;
        }
    }

    void add(EventWire stream) {
        streams.add(stream);
    }

    void remove(EventWire stream) {
        streams.remove(stream);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
