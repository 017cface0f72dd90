package ai.robutler.models;

import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.core.ToolCall;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Puts the result of a tool call into words. */
final class ResultWords {
    private static final int MOST = 20;
    private static final List<String> RESULT = List.of("result", "value", "answer");

    private ResultWords() {}

    static String of(ToolCall call, String result) {
        if (result.isBlank()) {
            return "The tool " + call.name() + " gave no result.";
        }
        if (result.regionMatches(true, 0, "error", 0, 5)) {
            return "The tool " + call.name() + " failed. " + sentence(result);
        }
        JsonNode json = json(result);
        String error =
                text(
                        json.path("error").isObject()
                                ? json.path("error").path("message")
                                : json.path("error"));
        if (!error.isEmpty()) {
            return "The tool " + call.name() + " failed. Error: " + sentence(error);
        }
        String expression = text(json(call.arguments()).path("expression"));
        JsonNode value = value(json);
        if (!expression.isEmpty() && (value.isValueNode() || value.isMissingNode())) {
            return expression + " = " + (value.isMissingNode() ? result.strip() : text(value));
        }
        if (json.isObject()) {
            return sentence(capital(fields(json, "")));
        }
        if (json.isArray()) {
            return items(json);
        }
        return json.isValueNode() ? call.name() + ": " + text(json) : result.strip();
    }

    /** The value itself, or the one that an object calls its result. */
    private static JsonNode value(JsonNode json) {
        return RESULT.stream()
                .map(json::path)
                .filter(JsonNode::isValueNode)
                .findFirst()
                .orElse(json);
    }

    /**
     * {@code place: Paris, temperature c: 12.5}; the names of nested fields follow their parents'.
     */
    private static String fields(JsonNode object, String prefix) {
        var fields = new ArrayList<String>();
        for (var field : object.properties()) {
            if (fields.size() == MOST) {
                fields.add("…");
                break;
            }
            String name = prefix + String.join(" ", Words.plain(field.getKey()));
            JsonNode value = field.getValue();
            if (value.isObject()) {
                fields.add(fields(value, name + " "));
            } else if (value.isArray()) {
                fields.add(name + ":\n" + items(value));
            } else if (!value.isNull()) {
                fields.add(name + ": " + text(value));
            }
        }
        return String.join(", ", fields);
    }

    private static String items(JsonNode array) {
        var lines = new ArrayList<String>();
        for (JsonNode item : array) {
            if (lines.size() == MOST) {
                lines.add("- … and " + (array.size() - MOST) + " more");
                break;
            }
            lines.add(
                    "- "
                            + (item.isObject()
                                    ? fields(item, "")
                                    : item.isArray() ? Json.write(item) : text(item)));
        }
        return lines.isEmpty() ? "- nothing" : String.join("\n", lines);
    }

    private static JsonNode json(String text) {
        try {
            return Json.parse(text);
        } catch (JsonSyntaxException e) {
            return Json.object().path("none"); // Plain text is a result too.
        }
    }

    private static String text(JsonNode value) {
        if (value.isNumber()) {
            return value.decimalValue().stripTrailingZeros().toPlainString();
        }
        return value.isString() || value.isBoolean() ? value.asString() : "";
    }

    private static String capital(String text) {
        return text.isEmpty()
                ? text
                : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private static String sentence(String text) {
        String stripped = text.strip();
        return stripped.isEmpty() || ".!?…".indexOf(stripped.charAt(stripped.length() - 1)) >= 0
                ? stripped
                : stripped + ".";
    }
}
