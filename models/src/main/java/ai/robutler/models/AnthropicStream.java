package ai.robutler.models;

import ai.robutler.core.Deadline;
import ai.robutler.core.ProviderException;

import tools.jackson.databind.node.ObjectNode;

import java.util.Optional;

/**
 * The chunks of a streamed turn, which can be several answers long. Tolerated is a missing {@code
 * message_stop} behind a stop reason.
 */
final class AnthropicStream extends EventStream {
    private static final String EVENT = "an event";

    private final AnthropicModel model;
    private final AnthropicCall call;
    private final Deadline deadline;
    private final AnthropicTurn turn;

    AnthropicStream(AnthropicModel model, AnthropicCall call, Deadline deadline) {
        super(AnthropicSettings.PROVIDER, model.events(call, deadline));
        this.model = model;
        this.call = call;
        this.deadline = deadline;
        this.turn = new AnthropicTurn(call.customTools());
    }

    @Override
    void take(SseEvent event) {
        if (event.data().length == 0) {
            return;
        }
        ObjectNode json = json(event, EVENT);
        model.errors().throwIfError(json, AnthropicModel.requestId(exchange()));
        give(turn.accept(json));
        if (isStop(json)) {
            stopped();
        }
    }

    @Override
    void takeWhole(byte[] body) {
        give(turn.acceptWhole(model.message(body, AnthropicModel.requestId(exchange()))));
        stopped();
    }

    private static boolean isStop(ObjectNode event) {
        return AnthropicContent.type(event).equals("message_stop");
    }

    /** One answer is complete: the turn ends with it, or goes on with the next. */
    private void stopped() {
        exchange().drain();
        if (turn.paused() && turn.answers() < AnthropicModel.MOST_ANSWERS) {
            goOn(model.events(call.continued(turn.blocks()), deadline));
            return;
        }
        give(turn.end());
        finish();
    }

    /** The body ended without {@code message_stop}, or without the empty line behind it. */
    @Override
    void end() {
        Optional<SseEvent> rest = rest().filter(EventStream::isWhole);
        if (rest.isPresent()) {
            take(rest.get());
            if (isStop(json(rest.get(), EVENT))) {
                return;
            }
        }
        if (!turn.stopped()) {
            throw ProviderException.failed(
                    AnthropicSettings.PROVIDER, "cut the answer short", null);
        }
        stopped();
    }
}
