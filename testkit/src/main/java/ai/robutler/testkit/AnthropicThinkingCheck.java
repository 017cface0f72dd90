package ai.robutler.testkit;

import static ai.robutler.testkit.AnthropicCheck.integer;
import static ai.robutler.testkit.AnthropicCheck.refused;
import static ai.robutler.testkit.AnthropicCheck.text;

import tools.jackson.databind.JsonNode;

import java.util.Set;

/** Thinking, and what it forbids. */
final class AnthropicThinkingCheck {

    private static final int LEAST_BUDGET = 1024;

    private AnthropicThinkingCheck() {}

    static void check(JsonNode call) {
        JsonNode thinking = call.path("thinking");
        if (thinking.isMissingNode()) {
            return;
        }
        String type = text(thinking.path("type"), "thinking.type");
        switch (type) {
            case "disabled" -> {
                return;
            }
            case "enabled" -> budget(call, thinking);
            case "adaptive" -> {
                if (thinking.has("budget_tokens")) {
                    throw refused(
                            "thinking.adaptive.budget_tokens", "Extra inputs are not permitted");
                }
            }
            default -> throw refused("thinking", "Input tag '" + type + "' does not match");
        }
        if (call.has("temperature") && call.path("temperature").doubleValue() != 1) {
            throw refused("", "`temperature` may only be set to 1 when thinking is enabled.");
        }
        if (call.has("top_p") && call.path("top_p").doubleValue() < 0.95) {
            throw refused("", "`top_p` must be at least 0.95 when thinking is enabled.");
        }
        if (call.has("top_k")) {
            throw refused("", "`top_k` must be unset when thinking is enabled.");
        }
        if (Set.of("any", "tool").contains(call.path("tool_choice").path("type").stringValue(""))) {
            throw refused("", "Thinking may not be enabled when tool_choice forces tool use.");
        }
    }

    private static void budget(JsonNode call, JsonNode thinking) {
        integer(thinking.path("budget_tokens"), "thinking.enabled.budget_tokens", LEAST_BUDGET);
        if (thinking.path("budget_tokens").intValue() >= call.path("max_tokens").intValue()) {
            throw refused("", "`max_tokens` must be greater than `thinking.budget_tokens`.");
        }
        JsonNode messages = call.path("messages");
        JsonNode last = messages.path(messages.size() - 1);
        boolean inTools =
                last.path("content").path(0).path("type").stringValue("").equals("tool_result");
        JsonNode called = messages.path(messages.size() - 2).path("content");
        if (inTools && !called.path(0).path("type").stringValue("").contains("thinking")) {
            throw refused(
                    "messages." + (messages.size() - 2) + ".content.0.type",
                    "Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final `assistant` message must start with a thinking block.");
        }
    }
}
