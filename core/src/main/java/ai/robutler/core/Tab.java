package ai.robutler.core;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one run spends. Each step is held before it is made and settled after it; whatever is not
 * used is free again at once. Thread-safe: tools run in parallel.
 */
public interface Tab {
    /** Of a run that nobody pays for. */
    Tab FREE =
            new Tab() {
                @Override
                public ModelCharge model(ModelOffer offer) {
                    return ModelCharge.NONE;
                }

                @Override
                public ToolCharge tool(AgentTool tool, ToolCall call) {
                    return ToolCharge.NONE;
                }

                @Override
                public Optional<String> delegate(long nanoUsd, String agent) {
                    return Optional.empty();
                }

                @Override
                public void close(RunOutcome outcome) {}
            };

    /**
     * Holds what a model call may cost at most.
     *
     * @throws PaymentRequiredException if there is not that much
     * @throws StoppedException if its price is not known: the owner's to mend, no payment helps
     * @throws UnavailableException if nobody can tell now
     */
    ModelCharge model(ModelOffer offer);

    /**
     * Holds what a call of a tool may cost at most. Failures are those of {@link #model}; the tool
     * does not run then, and the model is told.
     */
    ToolCharge tool(AgentTool tool, ToolCall call);

    /**
     * A payment token for work that another agent does within this run, of what is left here at
     * most.
     *
     * @param nanoUsd what it is good for
     * @param agent the only agent that it is good for, "" for any
     * @return empty where nobody pays for this run
     * @throws PaymentRequiredException if there is not that much
     */
    Optional<String> delegate(long nanoUsd, String agent);

    /**
     * What has been charged to a token that {@link #delegate} gave, by the ledger's word and nobody
     * else's, in nano-dollars; empty where nobody can tell. Must not throw.
     *
     * @param agent that the token was given for
     */
    default OptionalLong charged(String token, String agent) {
        return OptionalLong.empty();
    }

    /**
     * The first piece of the answer, or the whole of it, goes to the client now. Called before it
     * goes, again before each further piece.
     *
     * @throws PaymentRequiredException if it is not paid for after all: nothing goes out then
     * @throws ApiException if nobody can tell now; nothing goes out either
     */
    default void deliver() {}

    /** The run is over: whatever is still held of it is free again. Called once; must not throw. */
    void close(RunOutcome outcome);

    /** What is held for a model call; ended once. */
    @FunctionalInterface
    interface ModelCharge {
        ModelCharge NONE = (_, _) -> {};

        /**
         * The call is over. Must not throw: what could not be written down is written later.
         *
         * @param cost what it cost, as far as that is known; unknown is settled when it is known
         * @param outcome how it ended; a failed call of which nothing came costs nothing
         */
        void end(Cost cost, RunOutcome outcome);
    }

    /** What is held for a call of a tool; ended once. */
    @FunctionalInterface
    interface ToolCharge {
        ToolCharge NONE = _ -> {};

        /**
         * The call is over. Must not throw.
         *
         * @param result empty if the run ended before it
         */
        void end(Optional<ToolResult> result);
    }
}
