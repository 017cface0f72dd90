package ai.robutler.nli;

import ai.robutler.core.RunContext;

import java.util.concurrent.atomic.AtomicInteger;

/** How many calls of other agents a run has made. Thread-safe: tools run in parallel. */
final class Fanout {
    private static final RunContext.Key<Fanout> KEY = RunContext.Key.of("nli.fanout", Fanout.class);

    private final AtomicInteger calls = new AtomicInteger();

    private Fanout() {}

    /**
     * Counts one more.
     *
     * @throws NliException if there have been enough
     */
    static void count(RunContext run, int most) {
        Fanout fanout = run.attributeOr(KEY, Fanout::new);
        if (fanout.calls.incrementAndGet() > most) {
            throw new NliException(
                    NliException.Kind.TOO_MANY,
                    "This run has called other agents "
                            + most
                            + " times, as often as it may. Answer with what you know.");
        }
    }
}
