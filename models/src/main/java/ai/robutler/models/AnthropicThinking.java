package ai.robutler.models;

import ai.robutler.core.ChatRequest;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Set;

/**
 * How much the model thinks: {@code reasoning_effort}, or {@code thinking} as a level (off, low,
 * medium, high) or in Anthropic's own words, brought to what the model has. A forced tool call
 * excludes thinking, and wins; so does a conversation whose thoughts have been lost amid tool
 * calls.
 */
final class AnthropicThinking {
    private static final int LEAST_BUDGET = 1024;
    private static final Set<String> OFF = Set.of("off", "none", "disabled");

    /** What is left for the answer, if the caller does not limit it. */
    private static final int ROOM = 4096;

    private AnthropicThinking() {}

    /** Sets {@code thinking} and the effort in the body, and gives {@code max_tokens}. */
    static int apply(
            ChatRequest request,
            AnthropicFamily family,
            AnthropicConversation conversation,
            AnthropicTools tools,
            ObjectNode body) {
        int limit = limit(request);
        String level = level(request);
        JsonNode own = request.field("thinking");
        boolean wanted = own.isObject() ? isOn(own) : !level.isEmpty() && !OFF.contains(level);
        boolean possible = !tools.isForced() && !(isBudget(family) && conversation.lacksThought());
        if (family.thinking() == AnthropicFamily.Thinking.NONE) {
            wanted = false;
        }
        if (wanted && possible) {
            return family.isAdaptive()
                    ? adaptive(own, level, limit, family, body)
                    : budgeted(own, level, limit, family, body);
        }
        boolean unwanted =
                OFF.contains(level) || (own.isObject() && !isOn(own)) || tools.isForced();
        if (family.thinksUnasked() && unwanted) {
            quiet(family, body);
        }
        return limit > 0 ? limit : family.maxOutput();
    }

    /** What {@link #apply} gives at most, without looking at the conversation. */
    static long mostTokens(ChatRequest request, AnthropicFamily family) {
        long limit = Ceiling.limit(request);
        JsonNode budget = request.field("thinking").path("budget_tokens");
        return limit > 0 ? limit : Math.max(family.maxOutput(), room(budget));
    }

    /** Whether the body asks for thinking, or a value of {@code thinking} does. */
    static boolean isOn(JsonNode node) {
        JsonNode thinking = node.has("thinking") ? node.path("thinking") : node;
        String type = thinking.path("type").stringValue("");
        return type.equals("enabled") || type.equals("adaptive");
    }

    private static boolean isBudget(AnthropicFamily family) {
        return family.thinking() == AnthropicFamily.Thinking.BUDGET;
    }

    private static void quiet(AnthropicFamily family, ObjectNode body) {
        if (family.thinking() == AnthropicFamily.Thinking.ALWAYS) {
            effort("low", family, body);
        } else {
            body.set("thinking", Json.object().put("type", "disabled"));
        }
    }

    private static int adaptive(
            JsonNode own, String level, int limit, AnthropicFamily family, ObjectNode body) {
        ObjectNode thinking = Json.object();
        if (own instanceof ObjectNode given) {
            thinking.setAll(given);
            thinking.remove("budget_tokens");
        } else if (!family.sampling()) {
            // These models keep their thoughts to themselves unless asked.
            thinking.put("display", "summarized");
        }
        body.set("thinking", thinking.put("type", "adaptive"));
        if (!level.isEmpty()) {
            effort(level, family, body);
        }
        return limit > 0 ? limit : family.maxOutput();
    }

    /** The level, or the nearest below it that the model knows. */
    private static void effort(String level, AnthropicFamily family, ObjectNode body) {
        List<String> all = List.of("minimal", "low", "medium", "high", "xhigh", "max");
        for (int i = all.indexOf(level); i >= 0; i--) {
            if (family.efforts().contains(all.get(i))) {
                body.set("output_config", Json.object().put("effort", all.get(i)));
                return;
            }
        }
        if (level.equals("minimal")) {
            body.set("output_config", Json.object().put("effort", "low"));
        }
    }

    private static int budgeted(
            JsonNode own, String level, int limit, AnthropicFamily family, ObjectNode body) {
        JsonNode explicit = own.path("budget_tokens");
        ObjectNode thinking = Json.object();
        if (own instanceof ObjectNode given) {
            thinking.setAll(given);
        }
        thinking.put("type", "enabled");
        int most = limit > 0 ? limit : family.maxOutput();
        if (explicit.isIntegralNumber()) {
            // The caller's own numbers are the caller's: if they contradict each other, the
            // provider says so.
            body.set("thinking", thinking);
            return limit > 0 ? limit : Math.max(most, room(explicit));
        }
        int budget = Math.min(budget(level), most - Math.min(ROOM, most / 4));
        if (budget >= LEAST_BUDGET) {
            body.set("thinking", thinking.put("budget_tokens", budget));
        }
        return most;
    }

    private static int room(JsonNode budget) {
        return (int) Math.min(Integer.MAX_VALUE, budget.intValue(0) + (long) ROOM);
    }

    private static int budget(String level) {
        return switch (level) {
            case "minimal" -> LEAST_BUDGET;
            case "low" -> 2048;
            case "high" -> 24_576;
            case "xhigh", "max" -> 49_152;
            default -> 8192;
        };
    }

    private static String level(ChatRequest request) {
        JsonNode own = request.field("thinking");
        String level =
                own.isString() ? own.stringValue() : request.field("reasoning_effort").asString("");
        return request.field("reasoning_effort").isNull() && !own.isString() ? "" : level;
    }

    /** What the caller allows the answer in tokens, thinking included; 0 for no limit. */
    private static int limit(ChatRequest request) {
        for (String field : new String[] {"max_completion_tokens", "max_tokens"}) {
            JsonNode given = request.field(field);
            if (given.isMissingNode() || given.isNull()) {
                continue;
            }
            if (!given.canConvertToInt() || !given.isIntegralNumber() || given.intValue() < 1) {
                throw InvalidRequestException.of(
                        field, "'" + field + "' must be a whole number of tokens, at least 1.");
            }
            return given.intValue();
        }
        return 0;
    }
}
