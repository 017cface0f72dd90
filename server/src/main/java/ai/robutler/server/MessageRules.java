package ai.robutler.server;

import static ai.robutler.server.Kind.INTEGER;
import static ai.robutler.server.Kind.OBJECT;
import static ai.robutler.server.Kind.STRING;

import tools.jackson.databind.JsonNode;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What messages must be like, by their roles. Source: OpenAI, "Create chat completion", {@code
 * messages}.
 */
final class MessageRules {
    private static final Rule ROLE =
            Rule.oneOf("system", "developer", "user", "assistant", "tool", "function");

    private static final Rule TEXT_PART = Rule.object().required("text", Rule.of(STRING));

    /** Parts of types that are not listed pass: providers know more than one table. */
    private static final Map<String, Rule> PARTS =
            Map.of(
                    "text",
                    TEXT_PART,
                    "refusal",
                    Rule.object().required("refusal", Rule.of(STRING)),
                    "image_url",
                    Rule.object()
                            .required(
                                    "image_url",
                                    Rule.object()
                                            .required("url", Rule.of(STRING))
                                            .optional("detail", Rule.of(STRING))),
                    "input_audio",
                    Rule.object()
                            .required(
                                    "input_audio",
                                    Rule.object()
                                            .required("data", Rule.of(STRING))
                                            .required("format", Rule.of(STRING))),
                    "file",
                    Rule.object()
                            .required(
                                    "file",
                                    Rule.object()
                                            .optional("file_data", Rule.of(STRING))
                                            .optional("file_id", Rule.of(STRING))
                                            .optional("filename", Rule.of(STRING))));

    private static final Rule PARTS_OF_USER = parts("text", "image_url", "input_audio", "file");
    private static final Rule PARTS_OF_ASSISTANT = parts("text", "refusal");
    private static final Rule TEXT_PARTS = parts("text");

    private static final Rule CALL =
            Rule.object()
                    .required("id", Rule.of(STRING))
                    .required("type", Rule.of(STRING))
                    .optional("index", Rule.of(INTEGER))
                    .optional(
                            "function",
                            Rule.object()
                                    .required("name", Rule.of(STRING))
                                    .required("arguments", Rule.of(STRING)))
                    .optional(
                            "custom",
                            Rule.object()
                                    .required("name", Rule.of(STRING))
                                    .required("input", Rule.of(STRING)))
                    .and(MessageRules::bodyOfItsType);

    private static final Map<String, Rule> BY_ROLE =
            Map.of(
                    "system", withContent(TEXT_PARTS),
                    "developer", withContent(TEXT_PARTS),
                    "user", withContent(PARTS_OF_USER),
                    "tool", withContent(TEXT_PARTS).required("tool_call_id", Rule.of(STRING)),
                    "function",
                            named().optional("content", Rule.of(STRING))
                                    .required("name", Rule.of(STRING)),
                    "assistant",
                            named().optional("content", Rule.stringOr(PARTS_OF_ASSISTANT))
                                    .optional("refusal", Rule.of(STRING))
                                    .optional("audio", Rule.of(OBJECT))
                                    .optional(
                                            "function_call",
                                            Rule.object()
                                                    .required("name", Rule.of(STRING))
                                                    .required("arguments", Rule.of(STRING)))
                                    .optional("tool_calls", Rule.each(CALL))
                                    .and(MessageRules::saysSomething));

    /** One message. */
    static final Rule MESSAGE =
            Rule.object()
                    .required("role", ROLE)
                    .and(
                            (path, message) ->
                                    BY_ROLE.getOrDefault(
                                                    message.path("role").stringValue(),
                                                    Rule.of(OBJECT))
                                            .check(path, message));

    private MessageRules() {}

    private static Rule.Fields named() {
        return Rule.object().optional("name", Rule.of(STRING));
    }

    private static Rule.Fields withContent(Rule parts) {
        return named().required("content", Rule.stringOr(parts));
    }

    /** Content parts; of the listed types only these may be used here. */
    private static Rule parts(String... allowed) {
        Map<String, Rule> here =
                Stream.of(allowed).collect(Collectors.toMap(Function.identity(), PARTS::get));
        Rule part =
                Rule.object()
                        .required("type", Rule.of(STRING))
                        .and(
                                (path, value) -> {
                                    String type = value.path("type").stringValue();
                                    if (PARTS.containsKey(type) && !here.containsKey(type)) {
                                        throw Rule.invalid(
                                                path + ".type",
                                                "content of this type is not possible in a message"
                                                        + " of this role");
                                    }
                                    here.getOrDefault(type, Rule.of(OBJECT)).check(path, value);
                                });
        return (path, value) -> {
            if (!value.isArray()) {
                throw Rule.wrongType(path, "a string or an array of content parts", value);
            }
            Rule.each(part).check(path, value);
        };
    }

    private static void bodyOfItsType(String path, JsonNode call) {
        String type = call.path("type").stringValue();
        boolean known = type.equals("function") || type.equals("custom");
        if (known && !call.path(type).isObject()) {
            throw Rule.missing(path + "." + type);
        }
    }

    private static void saysSomething(String path, JsonNode message) {
        boolean something =
                Stream.of("content", "refusal", "audio", "function_call", "tool_calls")
                        .anyMatch(message::hasNonNull);
        if (!something) {
            throw Rule.missing(path + ".content");
        }
    }
}
