package ai.robutler.app;

import ai.robutler.core.SkillFactory;
import ai.robutler.memory.KnowledgeSkillFactory;

import java.util.List;
import java.util.Optional;

/** The skills that work with what the platform keeps. */
final class PlatformSkills {
    private PlatformSkills() {}

    /**
     * @param platform empty for commands that only look at agents: the factories then check
     *     settings, and what they make is never used
     */
    static List<SkillFactory> factories(Optional<Platform> platform) {
        return List.of(
                new DiscoveryFactory(platform),
                new KnowledgeSkillFactory(platform.map(Platform::knowledge)));
    }
}
