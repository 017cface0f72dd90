package ai.robutler.core;

/**
 * A prompt of an agent.
 *
 * @param priority lower comes first
 * @param scope for whose runs it is asked
 */
record AgentPrompt(int priority, Scope scope, Function function) {

    /** The text to join to the instructions; what it throws stops the run. */
    @FunctionalInterface
    interface Function {
        String text(RunContext context) throws Exception;
    }
}
