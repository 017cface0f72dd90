package ai.robutler.core;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tokens used, as providers report them: a view over {@code usage}. Sums keep every counter that
 * any call reported, details and unknown ones included; a counter that no call reported is absent.
 */
public record Usage(ObjectNode json) {
    public static final Usage NONE = new Usage(Json.object());

    public static Usage of(long promptTokens, long completionTokens) {
        return new Usage(
                Json.object()
                        .put("prompt_tokens", promptTokens)
                        .put("completion_tokens", completionTokens)
                        .put("total_tokens", promptTokens + completionTokens));
    }

    /** The usage of a provider's answer or chunk, {@link #NONE} where it has none. */
    static Usage in(JsonNode answer) {
        return answer.path("usage") instanceof ObjectNode usage && !usage.isEmpty()
                ? new Usage(usage)
                : NONE;
    }

    public boolean isNone() {
        return json.isEmpty();
    }

    public long promptTokens() {
        return json.path("prompt_tokens").asLong(0);
    }

    public long completionTokens() {
        return json.path("completion_tokens").asLong(0);
    }

    public long totalTokens() {
        return json.path("total_tokens").asLong(promptTokens() + completionTokens());
    }

    public Usage plus(Usage other) {
        if (isNone()) {
            return other;
        }
        return other.isNone() ? this : new Usage(sum(json, other.json));
    }

    private static ObjectNode sum(ObjectNode a, ObjectNode b) {
        ObjectNode sum = a.deepCopy();
        for (var field : b.properties()) {
            sum.set(field.getKey(), sum(sum.path(field.getKey()), field.getValue()));
        }
        return sum;
    }

    private static JsonNode sum(JsonNode a, JsonNode b) {
        if (a instanceof ObjectNode x && b instanceof ObjectNode y) {
            return sum(x, y);
        }
        if (a.isIntegralNumber() && b.isIntegralNumber()) {
            return Json.mapper().getNodeFactory().numberNode(a.longValue() + b.longValue());
        }
        if (a.isNumber() && b.isNumber()) {
            return Json.mapper()
                    .getNodeFactory()
                    .numberNode(a.decimalValue().add(b.decimalValue()));
        }
        return b.isNull() && !a.isMissingNode() ? a : b;
    }
}
