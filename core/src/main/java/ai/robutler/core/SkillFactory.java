package ai.robutler.core;

/**
 * Makes a skill for agents that name it in their files. Found through {@link
 * java.util.ServiceLoader}: a jar on the class path registers its factories there.
 */
public interface SkillFactory {

    /** The name under {@code skills:} in an agent's file. */
    String name();

    /**
     * A skill with these settings: any object with annotated methods. Wrong settings are reported
     * to {@code settings}; the skill made then is never used.
     */
    Object create(Settings settings);
}
