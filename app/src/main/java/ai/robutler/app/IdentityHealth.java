package ai.robutler.app;

import ai.robutler.identity.Identity;
import ai.robutler.server.Health;
import ai.robutler.server.HealthComponent;

/** Tells in the detailed health whether keys and issuers are as they should be. */
record IdentityHealth(Identity identity) implements HealthComponent {
    @Override
    public String name() {
        return "identity";
    }

    @Override
    public Health check() {
        var health = identity.health();
        return health.up() ? Health.up() : Health.degraded(health.words());
    }
}
