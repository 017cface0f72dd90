package ai.robutler.mcp;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Optional;
import java.util.Set;

/**
 * Whether the schema that a server tells of a tool's arguments can be shown to a model: providers
 * refuse a whole request for one tool whose schema is none.
 */
final class ClientSchema {
    private static final int DEEPEST = 40;
    private static final int MOST_NODES = 5_000;
    private static final Set<String> TYPES =
            Set.of("object", "array", "string", "number", "integer", "boolean", "null");
    private static final Set<String> OF_SCHEMAS =
            Set.of("properties", "$defs", "definitions", "patternProperties", "dependentSchemas");
    private static final Set<String> LISTS = Set.of("allOf", "anyOf", "oneOf", "prefixItems");
    private static final Set<String> SCHEMAS =
            Set.of("items", "additionalProperties", "not", "if", "then", "else", "contains");

    private int nodes;

    private ClientSchema() {}

    /**
     * What is wrong with it, in words that follow the tool's name; empty if nothing is.
     *
     * @param schema as the server told it
     */
    static Optional<String> fault(JsonNode schema) {
        if (!(schema instanceof ObjectNode root)) {
            return Optional.of("its schema is " + Json.kind(schema) + ", not an object");
        }
        if (!root.path("type").isMissingNode()
                && !root.path("type").asString("").equals("object")) {
            return Optional.of("its schema is not that of an object");
        }
        return new ClientSchema().check(root, 0);
    }

    private Optional<String> check(JsonNode schema, int depth) {
        if (depth > DEEPEST || ++nodes > MOST_NODES) {
            return Optional.of("its schema is too large");
        }
        if (schema.isBoolean()) {
            return Optional.empty();
        }
        if (!schema.isObject()) {
            return Optional.of("a part of its schema is " + Json.kind(schema));
        }
        for (var entry : schema.properties()) {
            Optional<String> fault = check(entry.getKey(), entry.getValue(), depth);
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    private Optional<String> check(String key, JsonNode value, int depth) {
        return switch (key) {
            case "type" -> type(value);
            case "$ref" ->
                    value.asString("").startsWith("#")
                            ? Optional.empty()
                            : Optional.of("its schema refers to another document");
            case "required" -> texts(value) ? Optional.empty() : wrong(key);
            case "enum" -> value.isArray() ? Optional.empty() : wrong(key);
            case "description", "title", "pattern", "format" ->
                    value.isString() ? Optional.empty() : wrong(key);
            default -> below(key, value, depth);
        };
    }

    private Optional<String> below(String key, JsonNode value, int depth) {
        if (SCHEMAS.contains(key) && !(key.equals("items") && value.isArray())) {
            return check(value, depth + 1);
        }
        boolean map = OF_SCHEMAS.contains(key);
        if (!map && !LISTS.contains(key)) {
            return Optional.empty();
        }
        if (map ? !value.isObject() : !value.isArray() || value.isEmpty()) {
            return wrong(key);
        }
        for (JsonNode each : value) {
            Optional<String> fault = check(each, depth + 1);
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> type(JsonNode type) {
        for (JsonNode each : type.isArray() ? type : Json.array(type)) {
            if (!TYPES.contains(each.asString(""))) {
                return Optional.of("its schema has a type that there is not");
            }
        }
        return Optional.empty();
    }

    private static boolean texts(JsonNode value) {
        for (JsonNode each : value) {
            if (!each.isString()) {
                return false;
            }
        }
        return value.isArray();
    }

    private static Optional<String> wrong(String key) {
        return Optional.of("'" + key + "' in its schema is not what it must be");
    }
}
