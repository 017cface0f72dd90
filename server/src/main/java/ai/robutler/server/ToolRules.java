package ai.robutler.server;

import static ai.robutler.server.Kind.ARRAY;
import static ai.robutler.server.Kind.BOOLEAN;
import static ai.robutler.server.Kind.OBJECT;
import static ai.robutler.server.Kind.STRING;

import ai.robutler.core.InvalidRequestException;

import tools.jackson.databind.JsonNode;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a request's own tools must be like. Source: OpenAI, "Create chat completion", {@code tools},
 * {@code tool_choice}, {@code functions}, {@code function_call}.
 */
final class ToolRules {
    private static final Rule NAME =
            Rule.text(
                    Pattern.compile("[a-zA-Z0-9_-]{1,64}"),
                    "1 to 64 letters, digits, underscores or hyphens");

    private static final Rule FUNCTION =
            Rule.object()
                    .required("name", NAME)
                    .optional("description", Rule.of(STRING))
                    .optional("parameters", Rule.of(OBJECT))
                    .optional("strict", Rule.of(BOOLEAN));

    private static final Rule CUSTOM =
            Rule.object()
                    .required("name", NAME)
                    .optional("description", Rule.of(STRING))
                    .optional("format", Rule.of(OBJECT));

    /** Tools of other types, hosted by a provider, may be anything. */
    private static final Map<String, Rule> BY_TYPE =
            Map.of(
                    "function", Rule.object().required("function", FUNCTION),
                    "custom", Rule.object().required("custom", CUSTOM));

    private static final Rule TOOL =
            Rule.object().required("type", Rule.of(STRING)).and(ToolRules::bodyOfItsType);

    /** {@code tools}. */
    static final Rule TOOLS =
            Rule.each(TOOL).and((path, tools) -> requireDistinct(path, tools, true));

    /** {@code functions}, the older form. */
    static final Rule FUNCTIONS =
            Rule.each(FUNCTION).and((path, functions) -> requireDistinct(path, functions, false));

    private static final Rule NAMED = Rule.object().required("name", Rule.of(STRING));

    private static final Map<String, Rule> CHOICES =
            Map.of(
                    "function", Rule.object().required("function", NAMED),
                    "custom", Rule.object().required("custom", NAMED),
                    "allowed_tools",
                            Rule.object()
                                    .required(
                                            "allowed_tools",
                                            Rule.object()
                                                    .required(
                                                            "mode", Rule.oneOf("auto", "required"))
                                                    .required("tools", Rule.of(ARRAY))));

    private static final Rule CHOICE_OBJECT =
            Rule.object()
                    .required("type", Rule.of(STRING))
                    .and(
                            (path, choice) ->
                                    CHOICES.getOrDefault(
                                                    choice.path("type").stringValue(),
                                                    Rule.of(OBJECT))
                                            .check(path, choice));

    /** {@code tool_choice}. */
    static final Rule CHOICE = textOrObject(Rule.oneOf("none", "auto", "required"), CHOICE_OBJECT);

    /** {@code function_call}, the older form. */
    static final Rule FUNCTION_CALL = textOrObject(Rule.oneOf("none", "auto"), NAMED);

    private ToolRules() {}

    private static Rule textOrObject(Rule text, Rule object) {
        return Rule.any(STRING, OBJECT)
                .and((path, value) -> (value.isString() ? text : object).check(path, value));
    }

    private static void bodyOfItsType(String path, JsonNode tool) {
        BY_TYPE.getOrDefault(tool.path("type").stringValue(), Rule.of(OBJECT)).check(path, tool);
    }

    private static void requireDistinct(String path, JsonNode tools, boolean wrapped) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < tools.size(); i++) {
            JsonNode tool = tools.get(i);
            JsonNode body = wrapped ? tool.path(tool.path("type").stringValue()) : tool;
            String name = body.path("name").asString("");
            if (!name.isEmpty() && !names.add(name)) {
                String at = path + "[" + i + "]";
                throw InvalidRequestException.of(
                        "duplicate_tool_name",
                        at,
                        "Invalid '%s': another tool of the request is called '%s', too."
                                .formatted(at, name));
            }
        }
    }
}
