package ai.robutler.store;

/**
 * Whether the database answers, in words for an operator.
 *
 * @param up whether reads and writes can be expected to succeed
 * @param words what is known, without secrets
 */
public record Health(boolean up, String words) {}
