package ai.robutler.models;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Why the model stopped.
 *
 * @param reason in Anthropic's words, "" as long as it goes on
 * @param fields what is told about it besides: the stop sequence, the details of a refusal
 */
record AnthropicStop(String reason, ObjectNode fields) {
    static final AnthropicStop NONE = new AnthropicStop("", Json.object());
    private static final String PAUSE = "pause_turn";
    private static final String REFUSAL = "refusal";

    static AnthropicStop of(JsonNode message) {
        ObjectNode fields = Json.object();
        for (String field : new String[] {"stop_sequence", "stop_details"}) {
            if (message.hasNonNull(field)) {
                fields.set(field, message.path(field));
            }
        }
        return new AnthropicStop(message.path("stop_reason").stringValue(""), fields);
    }

    boolean isNone() {
        return reason.isEmpty();
    }

    boolean isPause() {
        return reason.equals(PAUSE);
    }

    boolean isRefusal() {
        return reason.equals(REFUSAL);
    }

    /** What the model says of its refusal, or that it refused. */
    String explanation() {
        return fields.path("stop_details")
                .path("explanation")
                .stringValue("The model declined to answer.");
    }

    /** A turn that still pauses after all its continuations was cut short. */
    String finishReason() {
        return switch (reason) {
            case "tool_use" -> "tool_calls";
            case "max_tokens", "model_context_window_exceeded", PAUSE -> "length";
            case REFUSAL -> "content_filter";
            default -> "stop"; // end_turn, stop_sequence
        };
    }
}
