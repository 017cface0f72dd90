package ai.robutler.identity;

import ai.robutler.core.Settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The section {@code auth} of the configuration.
 *
 * @param isConfigured whether the section says anything: without, nobody may listen beyond loopback
 * @param mode whether credentials are needed
 * @param issuer what stands as {@code iss} in this server's own tokens
 * @param keyRotation how old a signing key becomes
 * @param issuers whose tokens are credentials here
 * @param peers whose owner assertions are good here
 */
public record AuthSettings(
        boolean isConfigured,
        Mode mode,
        String issuer,
        Duration keyRotation,
        List<IssuerSettings> issuers,
        List<IssuerSettings> peers) {
    private static final Duration ROTATION = Duration.ofDays(30);
    private static final Duration LEAST_ROTATION = Duration.ofHours(1);
    private static final Duration MOST_ROTATION = Duration.ofDays(400);

    /** Whether credentials are needed. */
    public enum Mode {
        /** Callers without credentials are anonymous, and so are those with keys for others. */
        OPEN,
        /** Only callers with good credentials are served. */
        REQUIRED
    }

    public AuthSettings {
        issuers = List.copyOf(issuers);
        peers = List.copyOf(peers);
    }

    /**
     * Reads the section; what is wrong is noted as a problem.
     *
     * @param ownIssuer what stands in this server's tokens where the section does not say: the
     *     server's public URL, the same on all of its nodes
     */
    public static AuthSettings read(Settings settings, String ownIssuer) {
        boolean isConfigured = !settings.keys().isEmpty();
        String issuer = settings.text("issuer", ownIssuer);
        if (issuer.isBlank()) {
            settings.problem("issuer", "must not be empty: it names this server in its tokens");
        }
        List<IssuerSettings> issuers =
                IssuerSettings.readIssuers(settings.items("issuers", "issuer"));
        List<IssuerSettings> peers = IssuerSettings.readPeers(settings.items("peers", "issuer"));
        checkNames(settings, "issuers", issuer, issuers);
        checkNames(settings, "peers", issuer, peers);
        checkPrefixes(settings, issuers);
        return new AuthSettings(
                isConfigured,
                mode(settings, isConfigured),
                issuer,
                rotation(settings),
                issuers,
                peers);
    }

    private static Mode mode(Settings settings, boolean isConfigured) {
        // Who configures auth means to have it.
        String mode = settings.text("mode", isConfigured ? "required" : "open");
        return switch (mode) {
            case "open" -> Mode.OPEN;
            case "required" -> Mode.REQUIRED;
            default -> {
                settings.problem("mode", "must be open or required, not '" + mode + "'");
                yield Mode.REQUIRED;
            }
        };
    }

    private static Duration rotation(Settings settings) {
        Duration rotation = settings.duration("key-rotation", ROTATION);
        if (rotation.compareTo(LEAST_ROTATION) < 0 || rotation.compareTo(MOST_ROTATION) > 0) {
            settings.problem("key-rotation", "must be from 1h to 400d");
            return ROTATION;
        }
        return rotation;
    }

    private static void checkNames(
            Settings settings, String key, String own, List<IssuerSettings> all) {
        Set<String> names = new HashSet<>(Set.of(own));
        for (IssuerSettings each : all) {
            if (!names.add(each.issuer())) {
                settings.problem(
                        key,
                        each.issuer().equals(own)
                                ? "has this server itself; its own tokens need no entry"
                                : "has '" + each.issuer() + "' twice");
            }
        }
    }

    /** No user of one issuer may look like a user of another. */
    private static void checkPrefixes(Settings settings, List<IssuerSettings> issuers) {
        var seen = new ArrayList<String>();
        for (IssuerSettings each : issuers) {
            String prefix = each.userPrefix();
            if (seen.stream().anyMatch(o -> o.startsWith(prefix) || prefix.startsWith(o))) {
                settings.problem(
                        "issuers",
                        "have users that look alike: with several issuers each needs a"
                                + " 'user-prefix', and none of them may begin with another");
            }
            seen.add(prefix);
        }
    }
}
