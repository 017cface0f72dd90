package greeter;

import ai.robutler.core.Settings;
import ai.robutler.core.SkillFactory;

/** Makes the skill for agents that name it under {@code skills}. */
public final class GreetingSkillFactory implements SkillFactory {
    @Override
    public String name() {
        return "greeting";
    }

    @Override
    public Object create(Settings settings) {
        return new GreetingSkill(settings.text("word", "Hello"));
    }
}
