package ai.robutler.models;

import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Cost;
import ai.robutler.core.Deadline;

import java.time.Duration;

/**
 * A model with what keeps its provider and its callers well: the breaker, what is known of rate
 * limits (for whoever can go elsewhere; a call that cannot is made all the same), and attempts
 * within one budget and one deadline. The model behind makes one attempt a call.
 */
final class GuardedModel implements Completer {
    private final String provider;
    private final Completer model;
    private final Guard guard;

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
        this.guard = new Guard(circuit, quota, attempts, total);
    }

    @Override
    public ChatCompletion complete(ChatRequest request, Deadline deadline) {
        return guard.call(deadline, until -> model.complete(request, until));
    }

    @Override
    public ChatStream stream(ChatRequest request, Deadline deadline) {
        return guard.attempts(deadline, until -> streamOnce(request, until));
    }

    /** With its first chunk at hand: until then a failure can be mended by another attempt. */
    private ChatStream streamOnce(ChatRequest request, Deadline deadline) {
        var watch = guard.enter(deadline);
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
        return guard.pause();
    }
}
