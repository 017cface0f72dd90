package ai.robutler.app;

import ai.robutler.memory.KnowledgeBase;
import ai.robutler.server.Health;
import ai.robutler.server.HealthComponent;

import java.util.List;

/** Tells in the detailed health whether documents are followed and found. */
record KnowledgeHealth(KnowledgeBase knowledge) implements HealthComponent {
    @Override
    public String name() {
        return "knowledge";
    }

    @Override
    public Health check() {
        List<String> troubles = knowledge.troubles();
        return troubles.isEmpty() ? Health.up() : Health.degraded(String.join("; ", troubles));
    }
}
