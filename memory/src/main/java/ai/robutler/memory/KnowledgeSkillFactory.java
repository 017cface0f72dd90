package ai.robutler.memory;

import ai.robutler.core.Settings;
import ai.robutler.core.SkillFactory;

import java.util.Optional;

/** Makes the skill {@code knowledge}: documents that the agent searches. */
public final class KnowledgeSkillFactory implements SkillFactory {
    private final Optional<KnowledgeBase> base;

    /**
     * @param base empty where only settings are looked at: what is made then is never used
     */
    public KnowledgeSkillFactory(Optional<KnowledgeBase> base) {
        this.base = base;
    }

    @Override
    public String name() {
        return "knowledge";
    }

    /**
     * Reads {@code folders}, {@code include}, {@code exclude}, {@code prompt}, {@code
     * prompt-tokens}, {@code top-k}, {@code chunk-tokens}, {@code overlap-tokens}, {@code rescan},
     * {@code max-file-mb}, {@code max-time} and {@code url}.
     */
    @Override
    public Object create(Settings settings) {
        KnowledgeSettings read = KnowledgeSettings.read(settings);
        base.ifPresent(known -> known.name(read.folders()));
        return new KnowledgeSkill(base, read);
    }
}
