package ai.robutler.memory;

/**
 * A run's hold of a conversation: no other run speaks in it meanwhile.
 *
 * @param holder drawn by the run
 * @param session as it was when the run began
 */
record SessionHold(String holder, SessionRow session) {}
