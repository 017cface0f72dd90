package ai.robutler.core;

/**
 * What a skill has for those who know its type, beside annotated methods: interfaces of other
 * modules extend this, and find the skills that implement them by {@link Agent#offerings}. A skill
 * object that implements it needs no annotated method.
 */
public interface Offering {}
