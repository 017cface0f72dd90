package ai.robutler.models;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * JSON Schemas in the subset that Anthropic holds answers to. What the subset lacks, such as {@code
 * minimum}, is told to the model in the description instead.
 *
 * <p>Source: Anthropic, "Structured outputs".
 */
final class AnthropicSchema {
    /** Stands once, beside the choice of types. */
    private static final Set<String> SHARED = Set.of("description", "$defs", "definitions");

    private static final Set<String> KEPT =
            Set.of("type", "enum", "const", "title", "description", "default", "required", "$ref");
    private static final Set<String> FORMATS =
            Set.of(
                    "date-time",
                    "time",
                    "date",
                    "duration",
                    "email",
                    "hostname",
                    "uri",
                    "ipv4",
                    "ipv6",
                    "uuid");

    private AnthropicSchema() {}

    /** Whether the subset can say it: objects with names of their own choice cannot be told. */
    static boolean isExpressible(JsonNode schema) {
        if (schema.isBoolean()) {
            return false;
        }
        JsonNode others = schema.path("additionalProperties");
        boolean open = others.isObject() || others.booleanValue(false);
        boolean free = isA(schema, "object") && schema.path("properties").isEmpty();
        if (open || free || schema.path("$ref").stringValue("").equals("#")) {
            return false;
        }
        for (String below : new String[] {"properties", "$defs", "definitions"}) {
            for (JsonNode part : schema.path(below)) {
                if (!isExpressible(part)) {
                    return false;
                }
            }
        }
        for (String below : new String[] {"anyOf", "oneOf", "allOf"}) {
            for (JsonNode part : schema.path(below)) {
                if (!isExpressible(part)) {
                    return false;
                }
            }
        }
        return !schema.has("items") || isExpressible(schema.path("items"));
    }

    static ObjectNode of(ObjectNode schema) {
        ObjectNode out = Json.object();
        ObjectNode rest = Json.object();
        for (var field : schema.properties()) {
            take(field.getKey(), field.getValue(), out, rest);
        }
        if (isA(schema, "object")) {
            out.put("additionalProperties", false);
        }
        boolean isChoice = out.has("anyOf") || out.has("allOf");
        if (isChoice && out.path("type") instanceof ArrayNode) {
            // A choice of types for each of the choices would double with every level.
            rest.set("type", out.remove("type"));
        }
        if (!rest.isEmpty()) {
            String description = out.path("description").stringValue("");
            out.put(
                    "description",
                    description + (description.isEmpty() ? "" : "\n\n") + Json.write(rest));
        }
        return out.path("type") instanceof ArrayNode types ? anyOf(out, types) : out;
    }

    private static void take(String name, JsonNode value, ObjectNode out, ObjectNode rest) {
        switch (name) {
            case "properties", "$defs", "definitions" -> {
                ObjectNode parts = Json.object();
                value.properties().forEach(part -> parts.set(part.getKey(), part(part.getValue())));
                out.set(name, parts);
            }
            case "items" -> out.set(name, part(value));
            case "anyOf", "allOf" -> out.set(name, parts(value));
            case "oneOf" -> out.set("anyOf", parts(value));
            case "additionalProperties", "$schema", "$id", "strict" -> {}
            case "format" -> (FORMATS.contains(value.asString("")) ? out : rest).set(name, value);
            case "minItems" -> (value.intValue(2) <= 1 ? out : rest).set(name, value);
            default -> (KEPT.contains(name) ? out : rest).set(name, value);
        }
    }

    private static JsonNode part(JsonNode schema) {
        return schema instanceof ObjectNode object ? of(object) : schema;
    }

    private static ArrayNode parts(JsonNode schemas) {
        ArrayNode parts = Json.array();
        schemas.forEach(schema -> parts.add(part(schema)));
        return parts;
    }

    /**
     * One of several types: each with what is said about it. What is said of one type stands there
     * alone, so that nothing below is written twice.
     */
    private static ObjectNode anyOf(ObjectNode schema, ArrayNode types) {
        ArrayNode choices = Json.array();
        var names = new LinkedHashSet<String>();
        types.forEach(type -> names.add(type.stringValue("")));
        for (String type : names) {
            ObjectNode choice = Json.object().put("type", type);
            for (var field : schema.properties()) {
                if (isSaidOf(type, field.getKey())) {
                    choice.set(field.getKey(), field.getValue());
                }
            }
            choices.add(choice);
        }
        ObjectNode out = Json.object();
        for (String name : SHARED) {
            if (schema.has(name)) {
                out.set(name, schema.path(name));
            }
        }
        return out.set("anyOf", choices);
    }

    private static boolean isSaidOf(String type, String keyword) {
        return switch (keyword) {
            case "properties", "required", "additionalProperties" -> type.equals("object");
            case "items", "minItems" -> type.equals("array");
            case "type" -> false;
            default -> !type.equals("null") && !SHARED.contains(keyword);
        };
    }

    private static boolean isA(JsonNode schema, String type) {
        JsonNode given = schema.path("type");
        return given.stringValue("").equals(type)
                || given.valueStream().anyMatch(one -> one.stringValue("").equals(type));
    }
}
