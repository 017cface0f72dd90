package ai.robutler.core;

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
}
