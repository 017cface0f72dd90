package ai.robutler.models;

import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Cost;
import ai.robutler.core.Deadline;
import ai.robutler.core.ProviderException;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * A model with what keeps its provider and its callers well: the breaker, what is known of rate
 * limits (for whoever can go elsewhere; a call that cannot is made all the same), and attempts
 * within one budget and one deadline. The model behind makes one attempt a call.
 */
final class GuardedModel implements Completer {
    /** A deadline that leaves less than this is the caller's haste, not the provider's fault. */
    private static final Duration FAIR = Duration.ofSeconds(5);

    private final String provider;
    private final Completer model;
    private final Circuit circuit;
    private final Quota quota;
    private final Attempts attempts;
    private final Duration total;

    /**
     * @param circuit of the provider and key, shared by its models
     * @param quota of this model and key
     * @param total the most time for a call, attempts and pauses included
     */
    GuardedModel(
            String provider,
            Completer model,
            Circuit circuit,
            Quota quota,
            Attempts attempts,
            Duration total) {
        this.provider = provider;
        this.model = model;
        this.circuit = circuit;
        this.quota = quota;
        this.attempts = attempts;
        this.total = total;
    }

    @Override
    public ChatCompletion complete(ChatRequest request, Deadline deadline) {
        Deadline until = Deadline.after(total).or(deadline);
        return attempts.run(until, () -> completeOnce(request, until));
    }

    private ChatCompletion completeOnce(ChatRequest request, Deadline deadline) {
        var watch = enter(deadline);
        ChatCompletion completion = watch.over(() -> model.complete(request, deadline));
        watch.end(Circuit.Outcome.SUCCEEDED);
        return completion;
    }

    @Override
    public ChatStream stream(ChatRequest request, Deadline deadline) {
        Deadline until = Deadline.after(total).or(deadline);
        return attempts.run(until, () -> streamOnce(request, until));
    }

    /** With its first chunk at hand: until then a failure can be mended by another attempt. */
    private ChatStream streamOnce(ChatRequest request, Deadline deadline) {
        var watch = enter(deadline);
        ChatStream stream = watch.over(() -> model.stream(request, deadline));
        return new GuardedStream(provider, stream, watch).begun();
    }

    @Override
    public Cost cost(ChatCompletion turn) {
        return model.cost(turn);
    }

    @Override
    public Cost ceiling(ChatRequest request) {
        return model.ceiling(request);
    }

    @Override
    public boolean isPriced() {
        return model.isPriced();
    }

    @Override
    public Duration pause() {
        Duration limited = quota.pause();
        Duration open = circuit.pause();
        return limited.compareTo(open) > 0 ? limited : open;
    }

    private Watch enter(Deadline deadline) {
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
