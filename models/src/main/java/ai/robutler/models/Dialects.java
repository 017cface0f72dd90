package ai.robutler.models;

import static ai.robutler.models.OpenAiDialect.row;

import java.util.List;
import java.util.Map;

/**
 * The providers that speak Chat Completions with an accent: one row each.
 *
 * <p>Each row was held against what its provider publishes; where that is silent, the row leaves
 * out what it cannot vouch for. None was held against a live service. The sources stand in {@code
 * docs/providers.md} and beside the recorded answers of the tests.
 */
final class Dialects {
    /** Fields of OpenAI's own services: storage, tiers, caches, abuse reports. */
    private static final String[] OPENAI_ONLY = {
        "store",
        "metadata",
        "service_tier",
        "prediction",
        "verbosity",
        "prompt_cache_key",
        "prompt_cache_retention",
        "safety_identifier"
    };

    /** What OpenAI's own answers have in messages, and others refuse to take back. */
    private static final String[] OPENAI_MESSAGE = {
        "refusal", "annotations", "audio", "function_call"
    };

    static final List<OpenAiDialect> ALL =
            List.of(
                    row(
                            "xai",
                            30,
                            "https://api.x.ai/v1",
                            "grok-4.3",
                            Quirks.builder()
                                    .drops("logit_bias", "store", "metadata", "prediction")
                                    .drops("presence_penalty", "frequency_penalty")
                                    .renames("max_tokens", "max_completion_tokens")
                                    .thinkingDrops("stop")
                                    .noDeveloper()
                                    .effort(EffortForm.FIELD, "low", "medium", "high")
                                    .tooLong("maximum prompt length is")
                                    .badKey("Incorrect API key")),
                    row(
                            "gemini",
                            40,
                            "https://generativelanguage.googleapis.com/v1beta/openai",
                            "gemini-3.8-flash",
                            Quirks.builder()
                                    .drops(OPENAI_ONLY)
                                    .drops("logit_bias", "logprobs", "top_logprobs", "user")
                                    .drops("parallel_tool_calls")
                                    .messageDrops(OPENAI_MESSAGE)
                                    .messageDrops("reasoning_content")
                                    .noDeveloper()
                                    .effort(EffortForm.FIELD, "low", "medium", "high")
                                    .tooLong("exceeds the maximum number of tokens")
                                    .badKey("API key not valid|API_KEY_INVALID|API key expired")),
                    row(
                            "mistral",
                            50,
                            "https://api.mistral.ai/v1",
                            "mistral-small-latest",
                            Quirks.builder()
                                    .drops("store", "service_tier", "verbosity")
                                    .drops("prompt_cache_retention", "safety_identifier")
                                    .drops("logit_bias", "logprobs", "top_logprobs", "user")
                                    .renames("max_completion_tokens", "max_tokens")
                                    .renames("seed", "random_seed")
                                    .messageDrops(OPENAI_MESSAGE)
                                    .messageDrops("reasoning_content", "reasoning", "name")
                                    .messageDrops("reasoning_details")
                                    .shortCallIds()
                                    .noDeveloper()
                                    .noStreamOptions()
                                    .effort(EffortForm.FIELD, "none", "high")
                                    .contentParts()
                                    .finishReason("model_length", "length")
                                    .tooLong("too large for model|maximum context length")),
                    row(
                            "groq",
                            60,
                            "https://api.groq.com/openai/v1",
                            "openai/gpt-oss-20b",
                            Quirks.builder()
                                    .drops("logit_bias", "logprobs", "top_logprobs")
                                    .drops("store", "metadata", "prediction", "verbosity")
                                    .drops("prompt_cache_key", "prompt_cache_retention")
                                    .drops("safety_identifier")
                                    .messageDrops(OPENAI_MESSAGE)
                                    .messageDrops("name", "reasoning_details")
                                    .effort(EffortForm.FIELD, "low", "medium", "high")
                                    .thoughts("reasoning")
                                    .usage("/x_groq/usage")
                                    .chunkError("/x_groq/error")
                                    .tooLong("reduce the length of the messages")),
                    row(
                            "deepseek",
                            70,
                            "https://api.deepseek.com",
                            "deepseek-flash",
                            Quirks.builder()
                                    .drops(OPENAI_ONLY)
                                    .drops("logit_bias", "seed", "n", "parallel_tool_calls", "user")
                                    .thinkingDrops("logprobs", "top_logprobs")
                                    .renames("max_completion_tokens", "max_tokens")
                                    .noDeveloper()
                                    .effort(
                                            EffortForm.SWITCH,
                                            "none",
                                            "low",
                                            "medium",
                                            "high",
                                            "max")
                                    .tooLong("maximum context length")),
                    row(
                                    "openrouter",
                                    80,
                                    "https://openrouter.ai/api/v1",
                                    "openai/gpt-4o-mini",
                                    Quirks.builder()
                                            .noStreamOptions()
                                            .effort(EffortForm.OBJECT)
                                            .thoughts("reasoning")
                                            .cost("cost")
                                            .tooLong("maximum context length"))
                            .with(Map.of("referer", "HTTP-Referer", "title", "X-OpenRouter-Title")),
                    row(
                            "together",
                            90,
                            "https://api.together.ai/v1",
                            "openai/gpt-oss-20b",
                            Quirks.builder()
                                    .drops(OPENAI_ONLY)
                                    .drops("parallel_tool_calls", "user")
                                    .drops("logprobs", "top_logprobs")
                                    .renames("max_completion_tokens", "max_tokens")
                                    .noDeveloper()
                                    .effort(EffortForm.FIELD, "low", "medium", "high")
                                    .thoughts("reasoning")
                                    .finishReason("eos", "stop")
                                    .tooLong(
                                            "`inputs` tokens \\+ `max_new_tokens`|context length")),
                    row(
                            "fireworks",
                            100,
                            "https://api.fireworks.ai/inference/v1",
                            "accounts/fireworks/models/gpt-oss-20b",
                            Quirks.builder()
                                    .drops("store", "verbosity")
                                    .renames("max_completion_tokens", "max_tokens")
                                    .noDeveloper()
                                    .effort(EffortForm.FIELD, "none", "low", "medium", "high")
                                    .tooLong("prompt is too long|maximum context length")),
                    row(
                                    "ollama",
                                    110,
                                    "http://localhost:11434/v1",
                                    "llama3.2",
                                    Quirks.builder()
                                            .renames("max_completion_tokens", "max_tokens")
                                            .noDeveloper()
                                            .effort(
                                                    EffortForm.FIELD,
                                                    "none",
                                                    "low",
                                                    "medium",
                                                    "high")
                                            .thoughts("reasoning")
                                            .tooLong(
                                                    "(exceeds?|longer than) the (available )?context"))
                            .with(Access.HERE),
                    row(
                                    "vllm",
                                    120,
                                    "http://localhost:8000/v1",
                                    "",
                                    Quirks.builder()
                                            .noDeveloper()
                                            .effort(EffortForm.FIELD)
                                            .thoughts("reasoning")
                                            .tooLong("maximum context length|maximum model length"))
                            .with(Access.ADDRESS));

    private Dialects() {}
}
