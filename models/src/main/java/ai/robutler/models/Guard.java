package ai.robutler.models;

import ai.robutler.core.Deadline;
import ai.robutler.core.ProviderException;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/** What stands between callers and a provider: breaker, rate limits, attempts, one deadline. */
final class Guard {
    /** A deadline that leaves less than this is the caller's haste, not the provider's fault. */
    private static final Duration FAIR = Duration.ofSeconds(5);

    private final Circuit circuit;
    private final Quota quota;
    private final Attempts attempts;
    private final Duration total;

    /**
     * @param circuit of the provider and key, shared by its models
     * @param quota of this model and key
     * @param total the most time for a call, attempts and pauses included
     */
    Guard(Circuit circuit, Quota quota, Attempts attempts, Duration total) {
        this.circuit = circuit;
        this.quota = quota;
        this.attempts = attempts;
        this.total = total;
    }

    /** A call whose answer is whole when it returns; each invocation is one attempt. */
    <T> T call(Deadline deadline, Function<Deadline, T> once) {
        return attempts(
                deadline,
                until -> {
                    var watch = enter(until);
                    T answer = watch.over(() -> once.apply(until));
                    watch.end(Circuit.Outcome.SUCCEEDED);
                    return answer;
                });
    }

    /** Attempts that {@link #enter} by themselves. */
    <T> T attempts(Deadline deadline, Function<Deadline, T> once) {
        Deadline until = Deadline.after(total).or(deadline);
        return attempts.run(until, () -> once.apply(until));
    }

    Duration pause() {
        Duration limited = quota.pause();
        Duration open = circuit.pause();
        return limited.compareTo(open) > 0 ? limited : open;
    }

    Watch enter(Deadline deadline) {
        return new Watch(circuit.enter(), deadline);
    }

    /** One attempt under way, and what its end tells about the provider. For one thread. */
    final class Watch {
        private final Circuit.Permit permit;
        private final Deadline deadline;
        private final long start = System.nanoTime();

        private Watch(Circuit.Permit permit, Deadline deadline) {
            this.permit = permit;
            this.deadline = deadline;
        }

        /** What the step gives; its failure is the end of the attempt. */
        <T> T over(Supplier<T> step) {
            try {
                return step.get();
            } catch (RuntimeException | Error e) {
                end(
                        e instanceof RuntimeException failure
                                ? outcome(failure)
                                : Circuit.Outcome.NEITHER);
                throw e;
            }
        }

        void end(Circuit.Outcome outcome) {
            permit.end(outcome);
        }

        private Circuit.Outcome outcome(RuntimeException failure) {
            return switch (failure) {
                case ProviderException.Transient e -> {
                    if (e.status() == 429) {
                        quota.limited(e.retryAfter());
                    }
                    if (!e.isFault()) {
                        yield Circuit.Outcome.NEITHER;
                    }
                    boolean hasty =
                            e.status() == 504
                                    && deadline.hasPassed()
                                    && System.nanoTime() - start < FAIR.toNanos();
                    yield hasty ? Circuit.Outcome.NEITHER : Circuit.Outcome.FAILED;
                }
                case ProviderException.Permanent e -> {
                    if (e.status() == 400) {
                        yield Circuit.Outcome.SUCCEEDED;
                    }
                    circuit.refused(String.valueOf(e.getMessage()));
                    yield Circuit.Outcome.NEITHER;
                }
                default -> Circuit.Outcome.NEITHER;
            };
        }
    }
}
