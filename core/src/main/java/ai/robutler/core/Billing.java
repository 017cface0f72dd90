package ai.robutler.core;

import java.util.OptionalLong;

/** Makes the runs of an agent paid work. Thread-safe. */
@FunctionalInterface
public interface Billing {
    /**
     * Opens the tab of a run, before anything else of it happens.
     *
     * @throws PaymentRequiredException if the caller has shown no way to pay
     * @throws UnavailableException if nobody can tell now
     */
    Tab open(RunContext context, Invocation invocation);

    /**
     * What an answered request costs, besides what its model and its tools cost, in whole
     * nano-dollars; empty where that is not known beforehand.
     */
    default OptionalLong requestNanoUsd() {
        return OptionalLong.empty();
    }
}
