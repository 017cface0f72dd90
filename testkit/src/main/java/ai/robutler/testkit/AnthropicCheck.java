package ai.robutler.testkit;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Judges a call as Anthropic does, in Anthropic's words. */
final class AnthropicCheck {

    private static final Set<String> FIELDS =
            Set.of(
                    "model",
                    "messages",
                    "max_tokens",
                    "system",
                    "stream",
                    "stop_sequences",
                    "temperature",
                    "top_p",
                    "top_k",
                    "tools",
                    "tool_choice",
                    "thinking",
                    "output_config",
                    "output_format",
                    "metadata",
                    "service_tier",
                    "container",
                    "cache_control",
                    "context_management",
                    "inference_geo",
                    "mcp_servers",
                    "speed");

    private final ReceivedRequest request;

    AnthropicCheck(ReceivedRequest request) {
        this.request = request;
    }

    Optional<Violation> violation() {
        try {
            check();
            return Optional.empty();
        } catch (Refused refused) {
            return Optional.of(refused.violation());
        }
    }

    private void check() {
        headers();
        JsonNode call = body();
        for (String field : call.propertyNames()) {
            if (!FIELDS.contains(field)) {
                throw refused(field, "Extra inputs are not permitted");
            }
        }
        text(call.path("model"), "model");
        integer(call.path("max_tokens"), "max_tokens", 1);
        sampling(call);
        AnthropicConversationCheck.check(call);
        AnthropicToolsCheck.check(call);
        AnthropicThinkingCheck.check(call);
    }

    private void headers() {
        String type = request.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        if (!type.startsWith("application/json")) {
            throw refused("content-type", "must be application/json");
        }
        if (request.header("x-api-key").or(() -> request.header("Authorization")).isEmpty()) {
            throw refused("x-api-key", "header is required");
        }
        if (!request.header("anthropic-version").orElse("").matches("\\d{4}-\\d\\d-\\d\\d")) {
            throw refused("anthropic-version", "header is required");
        }
    }

    private JsonNode body() {
        JsonNode call;
        try {
            call = Json.parse(request.body());
        } catch (JacksonException e) {
            throw refused("", "The request body is not valid JSON: " + e.getOriginalMessage());
        }
        if (!call.isObject()) {
            throw refused("", "Input should be an object");
        }
        return call;
    }

    private static void sampling(JsonNode call) {
        fraction(call.path("temperature"), "temperature");
        fraction(call.path("top_p"), "top_p");
        if (call.has("top_k")) {
            integer(call.path("top_k"), "top_k", 0);
        }
        if (call.has("stream") && !call.path("stream").isBoolean()) {
            throw refused("stream", "Input should be a valid boolean");
        }
        JsonNode stops = call.path("stop_sequences");
        if (!stops.isMissingNode() && !stops.isArray()) {
            throw refused("stop_sequences", "Input should be a valid list");
        }
        for (int i = 0; i < stops.size(); i++) {
            if (stops.get(i).stringValue("").isBlank()) {
                throw refused("stop_sequences", "each stop sequence must contain non-whitespace");
            }
        }
        for (String field : call.path("metadata").propertyNames()) {
            if (!field.equals("user_id")) {
                throw refused("metadata." + field, "Extra inputs are not permitted");
            }
        }
        JsonNode tier = call.path("service_tier");
        if (!tier.isMissingNode()
                && !Set.of("auto", "standard_only").contains(tier.stringValue(""))) {
            throw refused("service_tier", "Input should be 'auto' or 'standard_only'");
        }
    }

    private static void fraction(JsonNode number, String at) {
        if (!number.isMissingNode()
                && (!number.isNumber() || number.doubleValue() < 0 || number.doubleValue() > 1)) {
            throw refused(at, "range: 0..1");
        }
    }

    static void integer(JsonNode node, String at, int least) {
        if (node.isMissingNode()) {
            throw refused(at, "Field required");
        }
        if (!node.isInt() || node.intValue() < least) {
            throw refused(at, "Input should be a valid integer, at least " + least);
        }
    }

    static String text(JsonNode node, String at) {
        if (node.isMissingNode()) {
            throw refused(at, "Field required");
        }
        if (!node.isString() || node.stringValue().isEmpty()) {
            throw refused(at, "Input should be a valid string with at least 1 character");
        }
        return node.stringValue();
    }

    static Refused refused(String at, String message) {
        return new Refused(at, "", at.isEmpty() ? message : at + ": " + message);
    }
}
