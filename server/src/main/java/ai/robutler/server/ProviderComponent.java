package ai.robutler.server;

import ai.robutler.core.ProviderHealth;

import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** A model provider as a part of the program. A provider that is down is down for every node. */
record ProviderComponent(String provider, Supplier<List<ProviderHealth>> providers)
        implements HealthComponent {

    static List<ProviderComponent> all(Supplier<List<ProviderHealth>> providers) {
        return providers.get().stream()
                .map(health -> new ProviderComponent(health.name(), providers))
                .toList();
    }

    @Override
    public String name() {
        return "provider:" + provider;
    }

    @Override
    public Health check() {
        return providers.get().stream()
                .filter(health -> health.name().equals(provider))
                .findFirst()
                .map(ProviderComponent::health)
                .orElseGet(() -> Health.down("is gone"));
    }

    private static Health health(ProviderHealth health) {
        String circuit =
                "circuit %s since %s"
                        .formatted(
                                label(health.circuit()),
                                health.since().truncatedTo(ChronoUnit.SECONDS));
        String detail = health.detail().isEmpty() ? circuit : circuit + "; " + health.detail();
        return switch (health.circuit()) {
            case CLOSED ->
                    health.detail().isEmpty()
                            ? new Health(Health.Status.UP, detail)
                            : Health.degraded(detail);
            case HALF_OPEN -> Health.degraded(detail);
            case OPEN -> Health.down(detail);
        };
    }

    /** As in the metrics: {@code closed}, {@code half_open}, {@code open}. */
    static String label(ProviderHealth.Circuit circuit) {
        return circuit.name().toLowerCase(Locale.ROOT);
    }
}
