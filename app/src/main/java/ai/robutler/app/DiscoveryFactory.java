package ai.robutler.app;

import ai.robutler.core.Settings;
import ai.robutler.core.SkillFactory;
import ai.robutler.discovery.DiscoverySkill;

import java.util.Optional;

/** Makes the skill {@code discovery}. */
record DiscoveryFactory(Optional<Platform> platform) implements SkillFactory {
    private static final int RESULTS = 5;
    private static final int MOST = 20;

    @Override
    public String name() {
        return "discovery";
    }

    @Override
    public Object create(Settings settings) {
        int results = settings.integer("results", RESULTS, 1, MOST);
        return new DiscoverySkill(() -> platform.orElseThrow().discovery(), results);
    }
}
