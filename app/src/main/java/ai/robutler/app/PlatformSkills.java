package ai.robutler.app;

import ai.robutler.core.Agent;
import ai.robutler.core.SkillFactory;
import ai.robutler.memory.Memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The skills that work with what the platform keeps. */
final class PlatformSkills {
    private PlatformSkills() {}

    /** Whether an agent has one of them. */
    static boolean areOf(Agent agent) {
        return factories(Optional.empty()).stream()
                .anyMatch(factory -> agent.skillNames().contains(factory.name()));
    }

    /**
     * @param platform empty for commands that only look at agents: the factories then check
     *     settings, and what they make is never used
     */
    static List<SkillFactory> factories(Optional<Platform> platform) {
        var factories = new ArrayList<SkillFactory>();
        factories.add(new DiscoveryFactory(platform));
        factories.addAll(Memory.skills(platform.map(Platform::memory)));
        return factories;
    }
}
