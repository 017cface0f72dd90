package ai.robutler.server;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Sends a sign of life to the streams that are silent. One thread for all of them. */
final class Heartbeat implements AutoCloseable {
    private final long silenceNanos;
    private final Set<SseSink> streams = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("robutler-heartbeat").factory());

    Heartbeat(Duration silence) {
        this.silenceNanos = silence.toNanos();
        long tick = Math.clamp(silenceNanos / 10, 1_000_000L, 1_000_000_000L);
        var _ = clock.scheduleWithFixedDelay(this::beat, tick, tick, TimeUnit.NANOSECONDS);
    }

    private void beat() {
        streams.forEach(stream -> stream.keepAlive(silenceNanos));
    }

    void add(SseSink stream) {
        streams.add(stream);
    }

    void remove(SseSink stream) {
        streams.remove(stream);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
