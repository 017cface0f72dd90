package ai.robutler.models;

import ai.robutler.core.ChatRequest;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** How freely tokens are drawn: OpenAI's values, brought within what the model takes. */
final class AnthropicSampling {
    private static final double LEAST_TOP_P_WHILE_THINKING = 0.95;

    private AnthropicSampling() {}

    /** Sets what the body, which says already whether the model thinks, may have. */
    static void apply(ChatRequest request, AnthropicFamily family, ObjectNode body) {
        if (!family.sampling()) {
            return;
        }
        boolean thinks = AnthropicThinking.isOn(body);
        JsonNode temperature = request.field("temperature");
        JsonNode topP = request.field("top_p");
        JsonNode topK = request.field("top_k");
        boolean heated = temperature.isNumber() && !thinks;
        if (heated) {
            if (temperature.doubleValue() > 1 || temperature.doubleValue() < 0) {
                body.put("temperature", temperature.doubleValue() > 1 ? 1 : 0);
            } else {
                body.set("temperature", temperature);
            }
        }
        // Newer models refuse both at once; of the two, temperature is what callers mean.
        if (topP.isNumber()
                && !heated
                && (!thinks || topP.doubleValue() >= LEAST_TOP_P_WHILE_THINKING)) {
            body.set("top_p", topP);
        }
        if (topK.isNumber() && !thinks) {
            body.set("top_k", topK);
        }
    }
}
