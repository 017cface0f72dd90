package ai.robutler.outbound;

import ai.robutler.core.Settings;

import java.util.ArrayList;
import java.util.List;

/**
 * The section {@code outbound} of the configuration.
 *
 * @param concurrency how many calls may be under way at once; further ones wait for their turn
 */
public record OutboundSettings(AddressPolicy policy, int concurrency) {
    private static final int CALLS = 256;
    private static final int MOST_CALLS = 10_000;

    public static final OutboundSettings DEFAULT =
            new OutboundSettings(AddressPolicy.publicOnly(), CALLS);

    public OutboundSettings {
        if (concurrency < 1) {
            throw new IllegalArgumentException("at least one call must be possible");
        }
    }

    /**
     * Reads {@code allow}, {@code ports}, {@code https-only} and {@code concurrency}. What is wrong
     * is noted as a problem, and the entry left out.
     */
    public static OutboundSettings read(Settings settings) {
        AddressPolicy policy = AddressPolicy.publicOnly();
        for (String entry : settings.texts("allow")) {
            try {
                policy = policy.allowing(entry);
            } catch (IllegalArgumentException e) {
                settings.problem("allow", "has a wrong entry: " + e.getMessage());
            }
        }
        policy = policy.onPorts(ports(settings));
        return new OutboundSettings(
                settings.flag("https-only", false) ? policy.httpsOnly() : policy,
                settings.integer("concurrency", CALLS, 1, MOST_CALLS));
    }

    private static List<String> ports(Settings settings) {
        var good = new ArrayList<String>();
        for (String entry : settings.texts("ports")) {
            try {
                Ports.of(List.of(entry));
                good.add(entry);
            } catch (IllegalArgumentException e) {
                settings.problem("ports", "has a wrong entry: " + e.getMessage());
            }
        }
        return good;
    }
}
