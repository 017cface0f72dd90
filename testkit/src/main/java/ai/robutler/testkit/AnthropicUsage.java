package ai.robutler.testkit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenAI's counters in Anthropic's words: the prompt's tokens without those that were read from the
 * cache or written to it.
 */
final class AnthropicUsage {

    private AnthropicUsage() {}

    static ObjectNode of(JsonNode usage) {
        if (usage.has("input_tokens")) {
            return (ObjectNode) usage;
        }
        JsonNode details = usage.path("prompt_tokens_details");
        long read = details.path("cached_tokens").longValue(0);
        long written = details.path("cache_creation_tokens").longValue(0);
        long prompt = usage.path("prompt_tokens").longValue(0);
        return Json.object()
                .put("input_tokens", Math.max(0, prompt - read - written))
                .put("cache_creation_input_tokens", written)
                .put("cache_read_input_tokens", read)
                .put("output_tokens", usage.path("completion_tokens").longValue(0))
                .put("service_tier", "standard");
    }
}
