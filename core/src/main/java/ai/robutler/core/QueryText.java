package ai.robutler.core;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.StringNode;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Values out of a path or a query, made into the JSON that a schema asks for. A text that cannot be
 * that stays text, so that {@link Conformance} says what is wrong with it.
 */
final class QueryText {
    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9]\\d{0,99})(\\.\\d{1,99})?([eE][+-]?\\d{1,3})?");

    private QueryText() {}

    /**
     * @throws InvalidRequestException if several values come where one is wanted
     */
    static JsonNode read(String name, List<String> values, JsonNode schema) {
        if (type(schema).equals("array")) {
            ArrayNode array = Json.array();
            values.forEach(value -> array.add(one(value, schema.path("items"))));
            return array;
        }
        if (values.size() != 1) {
            throw InvalidRequestException.of(
                    name, "'" + name + "' must be given once, not " + values.size() + " times");
        }
        return one(values.getFirst(), schema);
    }

    private static JsonNode one(String text, JsonNode schema) {
        boolean isJson =
                switch (type(schema)) {
                    case "string" -> false;
                    case "integer", "number" -> NUMBER.matcher(text).matches();
                    case "boolean" -> text.equals("true") || text.equals("false");
                    default -> true;
                };
        if (!isJson) {
            return StringNode.valueOf(text);
        }
        try {
            return Json.parse(text);
        } catch (JsonSyntaxException e) {
            return StringNode.valueOf(text);
        }
    }

    private static String type(JsonNode schema) {
        return schema.path("type").asString("");
    }
}
