package ai.robutler.app;

import ai.robutler.server.Health;
import ai.robutler.server.HealthComponent;

/** Tells of agent files that are broken, while their last good agents go on serving. */
record AgentFilesHealth(Fleet fleet) implements HealthComponent {
    @Override
    public String name() {
        return "agent_files";
    }

    @Override
    public Health check() {
        var problems = fleet.findings().problems();
        return problems.isEmpty()
                ? Health.up()
                : Health.degraded(
                        String.join("; ", problems.stream().map(Problem::toString).toList()));
    }
}
