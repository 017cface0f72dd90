package ai.robutler.payments;

import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Cost;
import ai.robutler.core.Deadline;

/** A provider's model at a price: a dollar in a million for a token, whatever it is. */
record PricedModel(Completer model, Cost ceiling) implements Completer {
    static final long TOKEN = 1_000;

    @Override
    public ChatCompletion complete(ChatRequest request, Deadline deadline) {
        return model.complete(request, deadline);
    }

    @Override
    public ChatStream stream(ChatRequest request, Deadline deadline) {
        return model.stream(request, deadline);
    }

    @Override
    public Cost cost(ChatCompletion turn) {
        return turn.usage().isNone()
                ? Cost.unknown()
                : new Cost.Known(TOKEN * turn.usage().totalTokens());
    }

    @Override
    public boolean isPriced() {
        return true;
    }

    @Override
    public Cost ceiling(ChatRequest request) {
        return ceiling;
    }
}
