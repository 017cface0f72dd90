package ai.robutler.discovery;

import ai.robutler.core.Settings;

import java.time.Duration;

/**
 * The section {@code discovery} of the configuration.
 *
 * @param publish whether this server's own agents are listed
 * @param entriesPerOwner how many remote agents one owner may register
 * @param publishesPerMinute how often one owner may publish
 * @param probeEvery how often a registered agent is looked at
 * @param probesAtOnce how many are looked at at the same time by this node
 * @param probeTimeout how long a look may take
 * @param embedding the embedding model, {@code provider/model}; "" for none: words alone
 */
public record DiscoverySettings(
        boolean publish,
        int entriesPerOwner,
        int publishesPerMinute,
        Duration probeEvery,
        int probesAtOnce,
        Duration probeTimeout,
        String embedding) {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    public static final DiscoverySettings DEFAULT =
            new DiscoverySettings(
                    true, 100, 60, Duration.ofMinutes(1), 8, Duration.ofSeconds(5), "");

    /** Reads it; what is wrong is noted as a problem. */
    public static DiscoverySettings read(Settings settings) {
        Settings probe = settings.section("probe");
        return new DiscoverySettings(
                settings.flag("publish", DEFAULT.publish),
                settings.integer("entries-per-owner", DEFAULT.entriesPerOwner, 1, 100_000),
                settings.integer("publishes-per-minute", DEFAULT.publishesPerMinute, 1, 100_000),
                time(probe, "every", DEFAULT.probeEvery),
                probe.integer("concurrency", DEFAULT.probesAtOnce, 1, 256),
                time(probe, "timeout", DEFAULT.probeTimeout),
                settings.text("embedding", ""));
    }

    private static Duration time(Settings settings, String key, Duration standard) {
        Duration time = settings.duration(key, standard);
        if (time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
            settings.problem(key, "must be from 1s to 24h");
            return standard;
        }
        return time;
    }
}
