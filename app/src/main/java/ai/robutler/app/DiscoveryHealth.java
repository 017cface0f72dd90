package ai.robutler.app;

import ai.robutler.discovery.Discovery;
import ai.robutler.discovery.DiscoveryStatus;
import ai.robutler.server.Health;
import ai.robutler.server.HealthComponent;

/**
 * Tells in the detailed health how many agents are listed, and what keeps them from being found.
 */
record DiscoveryHealth(Discovery discovery) implements HealthComponent {
    @Override
    public String name() {
        return "discovery";
    }

    @Override
    public Health check() {
        DiscoveryStatus status = discovery.status();
        return status.trouble().isEmpty()
                ? new Health(Health.Status.UP, words(status))
                : Health.degraded(status.trouble());
    }

    private static String words(DiscoveryStatus status) {
        return "%d agents of %d servers here, %d registered, of which %d do not answer"
                .formatted(status.platform(), status.nodes(), status.remote(), status.down());
    }
}
