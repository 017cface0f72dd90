package ai.robutler.nli;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.outbound.OutboundStream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Chat Completions over HTTP: how an agent is called that is served like those here. */
final class ChatLine implements Line {
    private static final String PATH = "/chat/completions";

    private final Wire wire;

    ChatLine(Wire wire) {
        this.wire = wire;
    }

    @Override
    public ChatStream open(
            Target target, ChatRequest request, Map<String, String> headers, Deadline deadline) {
        ObjectNode options = Json.object().put("include_usage", true);
        ObjectNode body =
                request.with("stream", BooleanNode.TRUE).with("stream_options", options).json();
        OutboundStream answer = wire.post(target, target.url() + PATH, body, headers, deadline);
        boolean good = false;
        try {
            Wire.requireGood(answer);
            if (!Wire.isEvents(answer)) {
                return ChatStream.of(completion(answer));
            }
            good = true;
            return new Pieces(new Events(answer));
        } finally {
            if (!good) {
                answer.close();
            }
        }
    }

    @Override
    public ChatCompletion whole(
            Target target, ChatRequest request, Map<String, String> headers, Deadline deadline) {
        ObjectNode body = request.without("stream").without("stream_options").json();
        try (var answer = wire.post(target, target.url() + PATH, body, headers, deadline)) {
            Wire.requireGood(answer);
            return completion(answer);
        }
    }

    private static ChatCompletion completion(OutboundStream answer) {
        var completion = new ChatCompletion(Wire.object(answer.readAll(Wire.LONGEST)));
        if (!completion.hasChoices()) {
            throw Refusal.senseless("its answer has no choices");
        }
        return completion;
    }

    /** The pieces of a streamed answer. */
    private static final class Pieces extends Chunks {
        private final Events events;
        private boolean finished;

        Pieces(Events events) {
            this.events = events;
        }

        @Override
        Optional<ChatChunk> read() {
            Optional<String> event = events.next();
            if (event.isEmpty() && !finished) {
                throw Refusal.senseless("its answer ended in the middle");
            }
            return event.filter(data -> !data.strip().equals("[DONE]")).map(this::chunk);
        }

        private ChatChunk chunk(String data) {
            ObjectNode json = Wire.object(data);
            JsonNode error = json.path("error");
            if (error.isObject()) {
                throw new Refusal(status(error), Duration.ZERO, error);
            }
            var chunk = new ChatChunk(json);
            finished |= !chunk.finishReason().isEmpty();
            return chunk;
        }

        /** After the first byte only the words tell what it is. */
        private static int status(JsonNode error) {
            return switch (error.path("type").asString("")) {
                case "payment_required" -> 402;
                case "rate_limit_error" -> 429;
                default -> error.path("code").asString("").endsWith("timeout") ? 504 : 502;
            };
        }

        @Override
        public void close() {
            events.close();
        }
    }
}
