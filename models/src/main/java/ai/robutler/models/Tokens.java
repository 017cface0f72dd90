package ai.robutler.models;

import ai.robutler.core.Usage;

import tools.jackson.databind.JsonNode;

import java.util.Optional;

/**
 * The tokens of a call by what they cost. Providers differ in where they count: DeepSeek has a
 * field of its own for tokens from its cache, and xAI and Gemini leave the tokens of thinking out
 * of {@code completion_tokens}, but not out of {@code total_tokens}.
 *
 * @param input of the prompt, read anew
 * @param cached of the prompt, read from the cache
 * @param cacheWrite of the prompt, written to the cache
 * @param output of the answer, thinking included
 */
record Tokens(long input, long cached, long cacheWrite, long output) {

    /** Empty where the usage does not tell, or counts what has a price of its own. */
    static Optional<Tokens> of(Usage usage) {
        JsonNode json = usage.json();
        JsonNode details = json.path("prompt_tokens_details");
        boolean counted =
                json.path("prompt_tokens").isIntegralNumber()
                        && json.path("completion_tokens").isIntegralNumber();
        boolean sound =
                details.path("audio_tokens").asLong(0) == 0
                        && json.path("completion_tokens_details").path("audio_tokens").asLong(0)
                                == 0
                        && json.path("cache_creation").path("ephemeral_1h_input_tokens").asLong(0)
                                == 0;
        if (!counted || !sound || usedTools(json)) {
            return Optional.empty();
        }
        long prompt = usage.promptTokens();
        long cached =
                details.path("cached_tokens")
                        .asLong(json.path("prompt_cache_hit_tokens").asLong(0));
        long written =
                details.path("cache_creation_tokens")
                        .asLong(details.path("cache_write_tokens").asLong(0));
        long output = Math.max(usage.completionTokens(), usage.totalTokens() - prompt);
        long input = prompt - cached - written;
        return input < 0 || cached < 0 || written < 0 || output < 0
                ? Optional.empty()
                : Optional.of(new Tokens(input, cached, written, output));
    }

    /** Searches and the like, which providers run themselves and charge by the piece. */
    private static boolean usedTools(JsonNode usage) {
        return usage.path("server_tool_use").valueStream().anyMatch(count -> count.asLong(0) > 0)
                || usage.path("num_sources_used").asLong(0) > 0;
    }

    long prompt() {
        return input + cached + cacheWrite;
    }
}
