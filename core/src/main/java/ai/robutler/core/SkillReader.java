package ai.robutler.core;

import java.util.List;

/** Finds what a skill brings: its annotated methods, read once when an agent is built. */
final class SkillReader {
    private SkillReader() {}

    static Skills read(String name, Object skill) {
        return new Skills(List.of(name), List.of(), List.of(), List.of(), List.of(), List.of());
    }
}
