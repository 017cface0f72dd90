package ai.robutler.models;

import ai.robutler.core.Settings;

import java.time.Duration;

/**
 * How long a provider may take, phase by phase.
 *
 * @param connect until a connection stands, TLS included
 * @param firstToken from then until the first byte of a streamed answer
 * @param betweenTokens the longest silence within a streamed answer
 * @param total the whole call, retries included
 */
record Timeouts(Duration connect, Duration firstToken, Duration betweenTokens, Duration total) {
    private static final Duration LONGEST = Duration.ofDays(1);

    static final Timeouts DEFAULT =
            new Timeouts(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(10));

    static Timeouts from(Settings settings) {
        return new Timeouts(
                positive(settings, "connect", DEFAULT.connect),
                positive(settings, "first-token", DEFAULT.firstToken),
                positive(settings, "between-tokens", DEFAULT.betweenTokens),
                positive(settings, "total", DEFAULT.total));
    }

    /** For answers that come in one piece: only the connection and the whole call are timed. */
    Timeouts whole() {
        return new Timeouts(connect, total, total, total);
    }

    private static Duration positive(Settings settings, String key, Duration fallback) {
        Duration value = settings.duration(key, fallback);
        if (value.isPositive() && value.compareTo(LONGEST) <= 0) {
            return value;
        }
        settings.problem(key, "must be longer than nothing and at most 1d, such as 5s");
        return fallback;
    }
}
