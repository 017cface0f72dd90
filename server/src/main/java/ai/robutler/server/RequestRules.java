package ai.robutler.server;

import static ai.robutler.server.Kind.ARRAY;
import static ai.robutler.server.Kind.BOOLEAN;
import static ai.robutler.server.Kind.INTEGER;
import static ai.robutler.server.Kind.NUMBER;
import static ai.robutler.server.Kind.OBJECT;
import static ai.robutler.server.Kind.STRING;

import ai.robutler.core.InvalidRequestException;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a request for a chat completion must be like: the types of the documented fields, and their
 * ranges where those are documented. Fields that are not listed may be anything. Source: OpenAI,
 * "Create chat completion".
 */
final class RequestRules {
    private static final Rule TEXTS = Rule.each(Rule.of(STRING));

    private static final Rule REQUEST =
            Rule.object()
                    .required(
                            "messages",
                            Rule.size(1, Integer.MAX_VALUE).and(Rule.each(MessageRules.MESSAGE)))
                    .optional("model", Rule.of(STRING))
                    .optional("temperature", Rule.range(NUMBER, 0, 2))
                    .optional("top_p", Rule.range(NUMBER, 0, 1))
                    .optional("n", Rule.range(INTEGER, 1, 128))
                    .optional("stream", Rule.of(BOOLEAN))
                    .optional("stream_options", streamOptions())
                    .optional("stop", stop())
                    .optional("max_tokens", Rule.of(INTEGER))
                    .optional("max_completion_tokens", Rule.of(INTEGER))
                    .optional("presence_penalty", Rule.range(NUMBER, -2, 2))
                    .optional("frequency_penalty", Rule.range(NUMBER, -2, 2))
                    .optional("logit_bias", Rule.values(Rule.range(NUMBER, -100, 100)))
                    .optional("logprobs", Rule.of(BOOLEAN))
                    .optional("top_logprobs", Rule.range(INTEGER, 0, 20))
                    .optional("seed", Rule.of(INTEGER))
                    .optional("user", Rule.of(STRING))
                    .optional("safety_identifier", Rule.of(STRING))
                    .optional("prompt_cache_key", Rule.of(STRING))
                    .optional("prompt_cache_retention", Rule.of(STRING))
                    .optional("tools", ToolRules.TOOLS)
                    .optional("tool_choice", ToolRules.CHOICE)
                    .optional("parallel_tool_calls", Rule.of(BOOLEAN))
                    .optional("functions", ToolRules.FUNCTIONS)
                    .optional("function_call", ToolRules.FUNCTION_CALL)
                    .optional("response_format", responseFormat())
                    .optional("metadata", Rule.values(Rule.of(STRING)))
                    .optional("modalities", TEXTS)
                    .optional("audio", Rule.of(OBJECT))
                    .optional("prediction", prediction())
                    .optional("reasoning_effort", Rule.of(STRING))
                    .optional("service_tier", Rule.of(STRING))
                    .optional("store", Rule.of(BOOLEAN))
                    .optional("verbosity", Rule.of(STRING))
                    .optional("web_search_options", Rule.of(OBJECT));

    private RequestRules() {}

    /**
     * @throws InvalidRequestException if the request is not as it must be (400)
     */
    static void check(ObjectNode request) {
        REQUEST.check("", request);
        if (request.hasNonNull("stream_options") && !request.path("stream").asBoolean(false)) {
            throw Rule.invalid("stream_options", "it is possible only when 'stream' is true");
        }
    }

    private static Rule streamOptions() {
        return Rule.object()
                .optional("include_usage", Rule.of(BOOLEAN))
                .optional("include_obfuscation", Rule.of(BOOLEAN));
    }

    private static Rule stop() {
        return Rule.any(STRING, ARRAY).and(Rule.stringOr(Rule.size(0, 4).and(TEXTS)));
    }

    private static Rule responseFormat() {
        return Rule.object().required("type", Rule.of(STRING)).and(RequestRules::schemaOfItsType);
    }

    private static void schemaOfItsType(String path, JsonNode format) {
        if (format.path("type").stringValue().equals("json_schema")) {
            Rule.object()
                    .required(
                            "json_schema",
                            Rule.object()
                                    .required("name", Rule.of(STRING))
                                    .optional("description", Rule.of(STRING))
                                    .optional("schema", Rule.of(OBJECT))
                                    .optional("strict", Rule.of(BOOLEAN)))
                    .check(path, format);
        }
    }

    private static Rule prediction() {
        return Rule.object()
                .required("type", Rule.of(STRING))
                .required("content", Rule.any(STRING, ARRAY));
    }
}
