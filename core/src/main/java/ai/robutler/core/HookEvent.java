package ai.robutler.core;

/** The moments of a run at which hooks are asked, in the order in which they come. */
public enum HookEvent {
    /** A request has arrived: {@link HookCall.Connection}. */
    ON_CONNECTION(HookCall.Connection.class),
    /** The model is about to be called: {@link HookCall.LlmCall}. */
    BEFORE_LLM_CALL(HookCall.LlmCall.class),
    /** A chunk is about to go to the client: {@link HookCall.Chunk}. */
    ON_CHUNK(HookCall.Chunk.class),
    /** The model has answered: {@link HookCall.LlmAnswer}. */
    AFTER_LLM_CALL(HookCall.LlmAnswer.class),
    /** A tool is about to run here: {@link HookCall.BeforeTool}. */
    BEFORE_TOOL_CALL(HookCall.BeforeTool.class),
    /** A tool has run, well or not: {@link HookCall.AfterTool}. */
    AFTER_TOOL_CALL(HookCall.AfterTool.class),
    /** The answer is complete: {@link HookCall.Message}. */
    ON_MESSAGE(HookCall.Message.class),
    /** The run is over, however it ended: {@link HookCall.Finalize}. */
    FINALIZE_CONNECTION(HookCall.Finalize.class);

    private final Class<? extends HookCall> call;

    HookEvent(Class<? extends HookCall> call) {
        this.call = call;
    }

    /** The type of the object that hooks of this event get. */
    public Class<? extends HookCall> call() {
        return call;
    }
}
