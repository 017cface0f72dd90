package ai.robutler.core;

import java.time.Duration;

/**
 * Is told what a run does, for metrics and logs. Called from the run's threads, parallel tools'
 * too; it must be quick and must not throw.
 */
public interface RunListener {
    RunListener NONE = new RunListener() {};

    /** The first piece of a streamed answer of the model has come. */
    default void firstToken(Agent agent, Duration sinceCall) {}

    /** A model call is over, well or not; the usage is what was reported until then. */
    default void modelCall(Agent agent, Duration took, Usage usage, RunOutcome outcome) {}

    /** What the model call that is just over cost, as far as it can be told. */
    default void modelCost(Agent agent, Cost cost) {}

    /** A tool ran here, well or not. */
    default void toolCall(Agent agent, String tool, Duration took, boolean failed) {}

    /** The caller was charged this much, in nano-dollars. */
    default void charged(Agent agent, long nanoUsd) {}

    /** The run is over; usage is the sum over its model calls. */
    default void run(Agent agent, Duration took, Usage usage, RunOutcome outcome) {}
}
