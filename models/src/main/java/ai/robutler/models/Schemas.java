package ai.robutler.models;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** The little of JSON Schema that the offline rules understand. */
final class Schemas {
    private static final int DEPTH = 16;

    private Schemas() {}

    /** The schema itself: references within the document followed, of alternatives the first. */
    static JsonNode resolved(JsonNode schema, JsonNode root) {
        JsonNode current = schema;
        for (int i = 0; i < DEPTH; i++) {
            String reference = current.path("$ref").asString("");
            JsonNode alternative = alternative(current);
            if (reference.startsWith("#")) {
                current = root.at(reference.substring(1));
            } else if (!alternative.isMissingNode()) {
                current = alternative;
            } else {
                break;
            }
        }
        return current;
    }

    private static JsonNode alternative(JsonNode schema) {
        for (String key : new String[] {"anyOf", "oneOf", "allOf"}) {
            for (JsonNode option : schema.path(key)) {
                if (!option.path("type").asString("").equals("null")) {
                    return option;
                }
            }
        }
        return schema.path("not there");
    }

    /** The type's name; of several the first that is not null, and a guess where none is given. */
    static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isString()) {
            return type.asString();
        }
        for (JsonNode one : type) {
            if (!one.asString("").equals("null")) {
                return one.asString("");
            }
        }
        return schema.has("properties") ? "object" : schema.has("items") ? "array" : "string";
    }

    /** The number, brought within the schema's bounds. */
    static JsonNode number(BigDecimal value, JsonNode schema) {
        BigDecimal within = value;
        if (schema.path("minimum").isNumber()) {
            within = within.max(schema.path("minimum").decimalValue());
        }
        if (schema.path("maximum").isNumber()) {
            within = within.min(schema.path("maximum").decimalValue());
        }
        return type(schema).equals("integer")
                ? Json.tree(within.setScale(0, RoundingMode.HALF_UP).toBigInteger())
                : Json.tree(within);
    }

    /**
     * A value that the schema allows, as far as these rules know it.
     *
     * @param known values to take for properties of the same name
     * @param text for texts that nothing else is known for
     */
    static JsonNode sample(JsonNode schema, JsonNode root, ObjectNode known, String text) {
        return sample(schema, root, known, text, 0);
    }

    private static JsonNode sample(
            JsonNode reference, JsonNode root, ObjectNode known, String text, int depth) {
        JsonNode schema = resolved(reference, root);
        if (schema.has("const")) {
            return schema.path("const");
        }
        if (!schema.path("enum").isEmpty()) {
            return schema.path("enum").path(0);
        }
        if (schema.has("default")) {
            return schema.path("default");
        }
        return switch (type(schema)) {
            case "object" -> object(schema, root, known, text, depth);
            case "array" -> array(schema, root, known, text, depth);
            case "integer", "number" -> number(BigDecimal.ZERO, schema);
            case "boolean" -> Json.tree(false);
            case "null" -> Json.mapper().getNodeFactory().nullNode();
            default -> Json.tree(fitted(text, schema));
        };
    }

    private static JsonNode object(
            JsonNode schema, JsonNode root, ObjectNode known, String text, int depth) {
        var object = Json.object();
        for (var property : schema.path("properties").properties()) {
            JsonNode type = resolved(property.getValue(), root);
            JsonNode value = known.path(property.getKey());
            boolean fits =
                    switch (type(type)) {
                        case "string" -> value.isString() && !type.has("enum");
                        case "integer" -> value.isIntegralNumber();
                        case "number" -> value.isNumber();
                        default -> false;
                    };
            if (fits) {
                object.set(property.getKey(), value);
            } else if (depth < DEPTH) {
                object.set(property.getKey(), sample(type, root, known, text, depth + 1));
            }
        }
        return object;
    }

    private static JsonNode array(
            JsonNode schema, JsonNode root, ObjectNode known, String text, int depth) {
        var array = Json.array();
        int least = schema.path("minItems").asInt(0);
        for (int i = 0; i < least && i < 100 && depth < DEPTH; i++) {
            array.add(sample(schema.path("items"), root, known, text, depth + 1));
        }
        return array;
    }

    private static String fitted(String text, JsonNode schema) {
        int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
        int least = Math.min(schema.path("minLength").asInt(0), 10_000);
        String fitted = text.length() > most ? text.substring(0, most) : text;
        return fitted + "-".repeat(Math.max(0, least - fitted.length()));
    }
}
