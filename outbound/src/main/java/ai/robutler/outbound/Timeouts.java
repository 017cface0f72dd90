package ai.robutler.outbound;

import java.time.Duration;

/**
 * How long a call may take, phase by phase; each longer than nothing.
 *
 * @param connect until the name is found and a connection stands, TLS included
 * @param firstByte from then until status and headers have come
 * @param betweenBytes the longest silence within the body
 * @param total the whole call, redirects and the reading of the body included
 */
public record Timeouts(
        Duration connect, Duration firstByte, Duration betweenBytes, Duration total) {

    /** 5 s to connect, 30 s to the first byte, 30 s between bytes, 60 s in all. */
    public static final Timeouts DEFAULT =
            new Timeouts(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(60));

    public Timeouts {
        for (Duration each : new Duration[] {connect, firstByte, betweenBytes, total}) {
            if (!each.isPositive() || each.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException(
                        "a time-out must be longer than nothing and at most a day");
            }
        }
    }

    /** The same, but for this long in all; the other bounds are not longer than it. */
    public Timeouts within(Duration whole) {
        return new Timeouts(
                shorter(connect, whole),
                shorter(firstByte, whole),
                shorter(betweenBytes, whole),
                whole);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
