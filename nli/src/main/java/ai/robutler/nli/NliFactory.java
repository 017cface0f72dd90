package ai.robutler.nli;

import ai.robutler.core.Settings;
import ai.robutler.core.SkillFactory;

/** The skill {@code nli} for agents that name it in their files. */
public final class NliFactory implements SkillFactory {
    private final Nli nli;

    public NliFactory(Nli nli) {
        this.nli = nli;
    }

    @Override
    public String name() {
        return "nli";
    }

    @Override
    public Object create(Settings settings) {
        return nli.skill(settings);
    }
}
