package ai.robutler.testkit;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.node.ObjectNode;

/**
 * Why the model stopped, in Anthropic's words.
 *
 * @param reason null: it is not told
 * @param explanation of a refusal
 */
record AnthropicStop(@Nullable String reason, @Nullable String explanation) {

    static AnthropicStop of(Choice choice, Shape shape) {
        if (shape.has(Oddity.NO_FINISH_REASON)) {
            return new AnthropicStop(null, choice.refusal());
        }
        String reason =
                switch (choice.finish()) {
                    case Finish.Never() -> null;
                    case Finish.Reason(String given) -> word(given);
                    case Finish.Usual() -> usual(choice, shape);
                };
        return new AnthropicStop(reason, choice.refusal());
    }

    private static String usual(Choice choice, Shape shape) {
        if (choice.refusal() != null) {
            return "refusal";
        }
        return choice.calls().isEmpty() || shape.has(Oddity.STOP_ALTHOUGH_CALLED)
                ? "end_turn"
                : "tool_use";
    }

    /** OpenAI's words are translated, Anthropic's own go as they are. */
    private static String word(String reason) {
        return switch (reason) {
            case "stop" -> "end_turn";
            case "length" -> "max_tokens";
            case "tool_calls" -> "tool_use";
            case "content_filter" -> "refusal";
            default -> reason;
        };
    }

    void into(ObjectNode node) {
        node.put("stop_reason", reason).putNull("stop_sequence");
        if ("refusal".equals(reason)) {
            node.putObject("stop_details")
                    .put("type", "refusal")
                    .putNull("category")
                    .put("explanation", explanation);
        }
    }
}
