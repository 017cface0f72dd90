package ai.robutler.core;

/**
 * A hook of an agent.
 *
 * @param priority lower runs first
 * @param scope for whose runs it is asked
 */
record AgentHook(HookEvent event, int priority, Scope scope, Function function) {

    /** Gets the object of its event; what it throws stops the run. */
    @FunctionalInterface
    interface Function {
        void call(HookCall call, RunContext context) throws Exception;
    }
}
