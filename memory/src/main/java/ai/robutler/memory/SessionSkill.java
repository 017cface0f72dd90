package ai.robutler.memory;

import ai.robutler.core.Settings;
import ai.robutler.core.SkillFactory;

import java.util.Optional;

/** Keeps the conversations of an agent: the skill {@code session}. */
final class SessionSkill implements SessionHooks {
    private final SessionPart part;

    private SessionSkill(SessionPart part) {
        this.part = part;
    }

    @Override
    public SessionPart sessions() {
        return part;
    }

    /** Makes it; without a memory it checks settings, and what it makes is only looked at. */
    record Factory(Optional<Memory> memory) implements SkillFactory {
        @Override
        public String name() {
            return "session";
        }

        @Override
        public Object create(Settings settings) {
            return new SessionSkill(SessionPart.of(memory, SessionSettings.read(settings)));
        }
    }
}
