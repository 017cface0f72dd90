package ai.robutler.models;

import ai.robutler.core.Json;
import ai.robutler.core.Usage;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Anthropic's counters in OpenAI's words: the prompt's tokens with those that were read from the
 * cache or written to it. Breakdowns that OpenAI does not know keep their names.
 */
final class AnthropicUsage {
    private AnthropicUsage() {}

    static Usage of(ObjectNode usage) {
        if (!usage.has("input_tokens") && !usage.has("output_tokens")) {
            return Usage.NONE;
        }
        long written = usage.path("cache_creation_input_tokens").longValue(0);
        long read = usage.path("cache_read_input_tokens").longValue(0);
        long prompt = usage.path("input_tokens").longValue(0) + written + read;
        ObjectNode json =
                Json.shallowCopy(Usage.of(prompt, usage.path("output_tokens").longValue(0)).json());
        ObjectNode details = Json.object();
        if (usage.path("cache_read_input_tokens").isNumber()) {
            details.put("cached_tokens", read);
        }
        if (usage.path("cache_creation_input_tokens").isNumber()) {
            details.put("cache_creation_tokens", written);
        }
        if (!details.isEmpty()) {
            json.set("prompt_tokens_details", details);
        }
        JsonNode thought = usage.path("output_tokens_details").path("thinking_tokens");
        if (thought.isNumber()) {
            ObjectNode output = Json.object();
            output.set("reasoning_tokens", thought);
            json.set("completion_tokens_details", output);
        }
        for (String breakdown : new String[] {"cache_creation", "server_tool_use"}) {
            if (usage.path(breakdown).isObject()) {
                json.set(breakdown, usage.path(breakdown));
            }
        }
        return new Usage(json);
    }
}
