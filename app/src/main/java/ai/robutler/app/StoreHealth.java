package ai.robutler.app;

import ai.robutler.server.Health;
import ai.robutler.server.HealthComponent;
import ai.robutler.store.Database;

/** Tells in the detailed health whether the database answers. */
record StoreHealth(Database database) implements HealthComponent {
    @Override
    public String name() {
        return "store";
    }

    @Override
    public Health check() {
        var health = database.health();
        return health.up() ? Health.up() : Health.down(health.words());
    }
}
