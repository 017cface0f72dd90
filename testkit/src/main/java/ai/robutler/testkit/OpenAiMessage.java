package ai.robutler.testkit;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;

/** A choice of a complete answer. */
final class OpenAiMessage {

    private OpenAiMessage() {}

    static ObjectNode choice(Choice choice, int index, Shape shape) {
        ObjectNode node = Json.object().put("index", index);
        node.set("message", message(choice, shape));
        ObjectNode logged = choice.logprobs() ? logprobs(choice, shape) : null;
        node.set("logprobs", logged);
        node.put("finish_reason", finishReason(choice, shape));
        return node.setAll(choice.choiceFields());
    }

    static ObjectNode message(Choice choice, Shape shape) {
        ObjectNode message =
                Json.object()
                        .put("role", "assistant")
                        .put("content", choice.text())
                        .put("refusal", choice.refusal());
        if (choice.reasoning() != null) {
            message.put("reasoning_content", choice.reasoning());
        }
        if (!choice.calls().isEmpty()) {
            ArrayNode calls = message.putArray("tool_calls");
            choice.calls().forEach(call -> calls.add(call(call, shape)));
        }
        return message.setAll(choice.messageFields());
    }

    static ObjectNode call(Call call, Shape shape) {
        ObjectNode node = Json.object().put("id", shape.has(Oddity.EMPTY_ID) ? "" : call.id());
        if (!shape.has(Oddity.NO_TYPE)) {
            node.put("type", "function");
        }
        node.putObject("function").put("name", call.name()).put("arguments", call.arguments());
        return node;
    }

    /** Null: the answer gives no finish reason. */
    static @Nullable String finishReason(Choice choice, Shape shape) {
        if (shape.has(Oddity.NO_FINISH_REASON)) {
            return null;
        }
        return switch (choice.finish()) {
            case Finish.Never() -> null;
            case Finish.Reason(String reason) -> reason;
            case Finish.Usual() ->
                    choice.calls().isEmpty() || shape.has(Oddity.STOP_ALTHOUGH_CALLED)
                            ? "stop"
                            : "tool_calls";
        };
    }

    private static ObjectNode logprobs(Choice choice, Shape shape) {
        ObjectNode logprobs = Json.object();
        logprobs.set("content", tokens(choice.text(), shape));
        logprobs.set("refusal", tokens(choice.refusal(), shape));
        return logprobs;
    }

    private static @Nullable ArrayNode tokens(@Nullable String text, Shape shape) {
        return text == null ? null : tokens(Pieces.of(text, shape.pieceSize()));
    }

    /**
     * One token for each piece; its probability is made up, but always the same for the same piece.
     */
    static ArrayNode tokens(List<String> pieces) {
        ArrayNode tokens = Json.array();
        for (String piece : pieces) {
            ObjectNode token = tokens.addObject();
            token.put("token", piece);
            token.put("logprob", -(piece.hashCode() & 0xff) / 256.0);
            ArrayNode bytes = token.putArray("bytes");
            for (byte b : piece.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
                bytes.add(b & 0xff);
            }
            token.putArray("top_logprobs");
        }
        return tokens;
    }
}
