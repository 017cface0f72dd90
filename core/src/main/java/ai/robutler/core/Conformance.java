package ai.robutler.core;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BigIntegerNode;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Holds a JSON value against a schema made by {@link Schemas}: collects every problem in words for
 * its author, and gives back the value with its defaults filled in. For one value.
 */
final class Conformance {
    /** Numbers of more digits before the point are nobody's honest integer. */
    private static final int MAX_DIGITS = 1_000;

    /**
     * What is wrong with a value.
     *
     * @param path where it stands, {@code items[0].name} style
     * @param message goes on after the name of the place, such as "must be an integer, not null"
     */
    record Problem(String path, String message) {}

    private final ObjectNode root;
    private final boolean ignoreUnknown;
    private final List<Problem> problems = new ArrayList<>();

    Conformance(ObjectNode root, boolean ignoreUnknown) {
        this.root = root;
        this.ignoreUnknown = ignoreUnknown;
    }

    List<Problem> problems() {
        return problems;
    }

    /** An object against the root schema; of use only if no problem was found. */
    ObjectNode conform(ObjectNode value) {
        return object(root, value, "");
    }

    /** A value against a schema that is part of the root. */
    JsonNode conform(JsonNode schema, JsonNode value) {
        return value(schema, value, "");
    }

    private JsonNode value(JsonNode reference, JsonNode value, String path) {
        JsonNode schema = resolve(reference);
        if (schema.has("anyOf")) {
            return union(schema, value, path);
        }
        boolean right =
                switch (type(schema)) {
                    case "object" -> value.isObject();
                    case "array" -> value.isArray();
                    case "string" -> value.isString() && isShortEnough(schema, value);
                    case "boolean" -> value.isBoolean();
                    case "integer" -> isInteger(value);
                    case "number" -> value.isNumber();
                    default -> true;
                };
        if (!right || !isAmong(schema, value)) {
            problem(path, "must be " + expected(schema) + ", not " + shown(value));
            return value;
        }
        return switch (value) {
            case ObjectNode object when schema.has("properties") -> object(schema, object, path);
            case ObjectNode object when schema.has("additionalProperties") ->
                    map(schema.path("additionalProperties"), object, path);
            case ArrayNode array when schema.has("items") -> array(schema, array, path);
            default -> isWholeDecimal(schema, value) ? whole(value) : value;
        };
    }

    private ObjectNode object(JsonNode schema, ObjectNode value, String path) {
        JsonNode properties = schema.path("properties");
        ObjectNode result = Json.object();
        for (var property : properties.properties()) {
            String name = property.getKey();
            JsonNode given = value.path(name);
            JsonNode wanted = property.getValue();
            boolean required = isRequired(schema, name);
            if (given.isMissingNode() || (given.isNull() && !required)) {
                if (wanted.has("default")) {
                    result.set(name, filled(wanted));
                } else if (required) {
                    problem(at(path, name), "is missing: give " + expected(resolve(wanted)));
                }
            } else {
                result.set(name, value(wanted, given, at(path, name)));
            }
        }
        for (String name : ignoreUnknown ? List.<String>of() : value.propertyNames()) {
            if (!properties.has(name)) {
                String known = path.isEmpty() ? "" : " (known there: " + names(properties) + ")";
                problem(at(path, name), "is not known" + known);
            }
        }
        return result;
    }

    /** A default may be an object with defaults of its own. */
    private JsonNode filled(JsonNode schema) {
        return value(schema, schema.path("default").deepCopy(), "");
    }

    private JsonNode map(JsonNode values, ObjectNode value, String path) {
        ObjectNode result = Json.object();
        value.properties()
                .forEach(
                        entry ->
                                result.set(
                                        entry.getKey(),
                                        value(values, entry.getValue(), at(path, entry.getKey()))));
        return result;
    }

    private JsonNode array(JsonNode schema, ArrayNode value, String path) {
        ArrayNode result = Json.array();
        for (int i = 0; i < value.size(); i++) {
            result.add(value(schema.path("items"), value.get(i), path + "[" + i + "]"));
        }
        return result;
    }

    private JsonNode union(JsonNode schema, JsonNode value, String path) {
        if (!(value instanceof ObjectNode object)) {
            problem(path, "must be " + expected(schema) + ", not " + shown(value));
            return value;
        }
        JsonNode tag = value.path(SealedTypes.TAG);
        for (JsonNode choice : schema.path("anyOf")) {
            if (choice.at("/properties/" + SealedTypes.TAG + "/const").equals(tag)) {
                return object(choice, object, path);
            }
        }
        problem(
                at(path, SealedTypes.TAG),
                tag.isMissingNode()
                        ? "is missing: give " + tags(schema)
                        : "must be " + tags(schema) + ", not " + shown(tag));
        return value;
    }

    private JsonNode resolve(JsonNode schema) {
        String reference = Json.text(schema, "$ref");
        return reference.isEmpty() ? schema : root.at(reference.substring(1));
    }

    /** The schema of a part of a value, for those who found a fault later than this. */
    JsonNode below(JsonNode schema, String property) {
        JsonNode whole = resolve(schema);
        JsonNode part = whole.path("properties").path(property);
        return resolve(part.isMissingNode() ? whole.path("additionalProperties") : part);
    }

    JsonNode items(JsonNode schema) {
        return resolve(resolve(schema).path("items"));
    }

    /** JSON Schema takes 3.0 for an integer, Java does not. */
    private static boolean isWholeDecimal(JsonNode schema, JsonNode value) {
        return type(schema).equals("integer") && !value.isIntegralNumber();
    }

    private static JsonNode whole(JsonNode value) {
        return BigIntegerNode.valueOf(value.decimalValue().toBigInteger());
    }

    private static boolean isInteger(JsonNode value) {
        if (!value.isNumber() || value.isIntegralNumber()) {
            return value.isNumber();
        }
        BigDecimal number = value.decimalValue();
        return number.precision() - (long) number.scale() <= MAX_DIGITS
                && number.stripTrailingZeros().scale() <= 0;
    }

    private static boolean isShortEnough(JsonNode schema, JsonNode value) {
        int length = value.stringValue().length();
        return length >= schema.path("minLength").asInt(0)
                && length <= schema.path("maxLength").asInt(Integer.MAX_VALUE);
    }

    private static boolean isAmong(JsonNode schema, JsonNode value) {
        return !schema.has("enum")
                || schema.path("enum").valueStream().anyMatch(choice -> choice.equals(value));
    }

    private static boolean isRequired(JsonNode schema, String name) {
        return schema.path("required")
                .valueStream()
                .anyMatch(required -> required.asString().equals(name));
    }

    /** What a value should be, in words. */
    static String expected(JsonNode schema) {
        if (schema.has("enum")) {
            return oneOf(schema.path("enum").valueStream().map(Json::write).toList());
        }
        if (schema.has("anyOf")) {
            return "an object with 'type' " + tags(schema);
        }
        return switch (type(schema)) {
            case "object" ->
                    schema.has("properties")
                            ? "an object with " + names(schema.path("properties"))
                            : "an object";
            case "array" -> "an array";
            case "boolean" -> "true or false";
            case "integer" -> "an integer";
            case "number" -> "a number";
            case "string" ->
                    schema.has("maxLength")
                            ? "a string of one character"
                            : text(Json.text(schema, "format"));
            default -> "a value";
        };
    }

    private static String text(String format) {
        return switch (format) {
            case "date" -> "a date such as \"2026-01-31\"";
            case "date-time" -> "a time with its offset such as \"2026-01-31T12:00:00Z\"";
            case "date-time-local" -> "a time without offset such as \"2026-01-31T12:00:00\"";
            case "time-local" -> "a time of day such as \"12:30:00\"";
            case "duration" -> "an ISO 8601 duration such as \"PT1H30M\"";
            case "uri" -> "a URI such as \"https://example.org/\"";
            case "uuid" -> "a UUID such as \"123e4567-e89b-12d3-a456-426614174000\"";
            default -> "a string";
        };
    }

    private static String tags(JsonNode union) {
        return oneOf(
                union.path("anyOf")
                        .valueStream()
                        .map(choice -> choice.at("/properties/" + SealedTypes.TAG + "/const"))
                        .map(Json::write)
                        .toList());
    }

    private static String oneOf(List<String> choices) {
        return choices.size() == 1 ? choices.getFirst() : "one of " + String.join(", ", choices);
    }

    private static String names(JsonNode properties) {
        return properties.propertyNames().stream().collect(Collectors.joining(", "));
    }

    private static String shown(JsonNode value) {
        if (value.isContainer() || value.isNull()) {
            return Json.kind(value);
        }
        return value.isString()
                ? "the string " + abbreviated(Json.write(value))
                : abbreviated(Json.write(value));
    }

    private static String type(JsonNode schema) {
        return Json.text(schema, "type");
    }

    private static String at(String path, String name) {
        return path.isEmpty() ? abbreviated(name) : path + "." + abbreviated(name);
    }

    private static String abbreviated(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    private void problem(String path, String message) {
        problems.add(new Problem(path, message));
    }
}
