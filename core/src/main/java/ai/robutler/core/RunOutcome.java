package ai.robutler.core;

/** How a run ended. */
public enum RunOutcome {
    /** The client has its answer, or the calls of its own tools. */
    COMPLETED,
    /** An error ended it. */
    FAILED,
    /** The client went away. */
    CANCELLED
}
