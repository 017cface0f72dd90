package ai.robutler.memory;

import java.util.Optional;

/** Facts, and conversations too: the skill {@code memory} with a window. */
final class MemorySessionSkill extends MemorySkill implements SessionHooks {
    private final SessionPart part;

    MemorySessionSkill(Optional<Memory> memory, FactSettings settings, int window) {
        super(memory, settings);
        part = SessionPart.of(memory, SessionSettings.ofMessages(window));
    }

    @Override
    public SessionPart sessions() {
        return part;
    }
}
