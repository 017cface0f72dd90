package ai.robutler.core;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * JSON Schema (2020-12) from Java types, as far as both models and {@link Conformance} understand
 * it. Records that contain themselves become {@code $defs}, all others stand where they are used.
 * One object makes one schema.
 */
final class Schemas {
    private final Deque<JavaType> open = new ArrayDeque<>();
    private final Map<JavaType, String> recursive = new LinkedHashMap<>();
    private final ObjectNode definitions = Json.object();

    private Schemas() {}

    /**
     * The schema of an object with these properties.
     *
     * @throws IllegalArgumentException if a type cannot be described; the message names the slot
     */
    static ObjectNode of(List<Slot> slots) {
        var schemas = new Schemas();
        ObjectNode root = schemas.object(slots, "parameter");
        if (!schemas.definitions.isEmpty()) {
            root.set("$defs", schemas.definitions);
        }
        requireSoundDefaults(root, root);
        return root;
    }

    private ObjectNode object(List<Slot> slots, String kind) {
        ObjectNode properties = Json.object();
        var required = Json.array();
        for (Slot slot : slots) {
            try {
                properties.set(slot.name(), property(slot));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        kind + " '" + slot.name() + "': " + e.getMessage(), e);
            }
            if (slot.required()) {
                required.add(slot.name());
            }
        }
        var schema = Json.object().put("type", "object");
        schema.set("properties", properties);
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema.put("additionalProperties", false);
    }

    private ObjectNode property(Slot slot) {
        ObjectNode schema = of(slot.type());
        if (!slot.description().isEmpty()) {
            schema.put("description", slot.description());
        }
        if (!slot.defaultValue().isEmpty()) {
            schema.set("default", defaultValue(slot, schema));
        }
        return schema;
    }

    private ObjectNode of(JavaType type) {
        Class<?> raw = type.getRawClass();
        if (type.hasRawClass(Optional.class)) {
            return of(type.getReferencedType());
        }
        Optional<ObjectNode> plain = PlainTypes.schema(raw);
        if (plain.isPresent()) {
            return plain.get();
        }
        if (raw.isEnum()) {
            return choice(raw);
        }
        if (raw.isRecord()) {
            return recursive(type, () -> object(components(type), "component"));
        }
        if (raw.isInterface() && raw.isSealed()) {
            return recursive(type, () -> union(type));
        }
        return container(type);
    }

    private ObjectNode container(JavaType type) {
        Class<?> raw = type.getRawClass();
        boolean ofJava = raw.isInterface() && raw.getPackageName().equals("java.util");
        boolean isArray = type.isArrayType() && raw != byte[].class;
        if (isArray || (ofJava && type.isCollectionLikeType())) {
            ObjectNode schema = PlainTypes.type("array");
            schema.set("items", of(type.getContentType()));
            return Set.class.isAssignableFrom(raw) ? schema.put("uniqueItems", true) : schema;
        }
        if (ofJava && type.isMapLikeType() && type.getKeyType().hasRawClass(String.class)) {
            return PlainTypes.map(of(type.getContentType()));
        }
        throw new IllegalArgumentException(
                "the type "
                        + (type.isArrayType() ? raw.getTypeName() : type.toCanonical())
                        + " has no JSON Schema here; use text, numbers, booleans, dates, enums,"
                        + " records, lists, sets, arrays, maps with String keys, Optional, or"
                        + " JsonNode for anything");
    }

    /** The constants as the mapper reads and writes them. */
    private static ObjectNode choice(Class<?> type) {
        var values = Json.array();
        for (Object constant : type.getEnumConstants()) {
            values.add(Json.tree(constant));
        }
        var schema = Json.object();
        if (values.valueStream().allMatch(JsonNode::isString)) {
            schema.put("type", "string");
        }
        schema.set("enum", values);
        return schema;
    }

    /** One of the records that a sealed interface permits, told apart by {@code type}. */
    private ObjectNode union(JavaType type) {
        var names = new HashSet<String>();
        var choices = Json.array();
        for (Class<?> record : SealedTypes.records(type.getRawClass())) {
            String name = SealedTypes.name(record);
            if (!names.add(name)) {
                throw new IllegalArgumentException(
                        "two records of " + type.getRawClass().getName() + " are called " + name);
            }
            var components = components(Arguments.types().constructSpecializedType(type, record));
            choices.add(tagged(name, object(components, "component"), record));
        }
        var schema = Json.object();
        schema.set("anyOf", choices);
        return schema;
    }

    private static ObjectNode tagged(String name, ObjectNode record, Class<?> type) {
        if (record.path("properties").has(SealedTypes.TAG)) {
            throw new IllegalArgumentException(
                    type.getName()
                            + " has a component 'type', which is where the records of a sealed"
                            + " interface carry their own name; rename it");
        }
        ObjectNode tag = PlainTypes.type("string").put("const", name);
        var properties = Json.object();
        properties.set(SealedTypes.TAG, tag);
        properties.setAll((ObjectNode) record.path("properties"));
        record.set("properties", properties);
        var required = Json.array().add(SealedTypes.TAG);
        record.path("required").forEach(required::add);
        record.set("required", required);
        return record;
    }

    private static List<Slot> components(JavaType record) {
        var slots = new ArrayList<Slot>();
        for (RecordComponent component : record.getRawClass().getRecordComponents()) {
            JavaType type =
                    Arguments.types()
                            .resolveMemberType(component.getGenericType(), record.getBindings());
            slots.add(Slot.of(component, type));
        }
        return slots;
    }

    @FunctionalInterface
    private interface Body {
        ObjectNode schema();
    }

    private ObjectNode recursive(JavaType type, Body body) {
        if (recursive.containsKey(type) || open.contains(type)) {
            return reference(type);
        }
        open.push(type);
        ObjectNode schema = body.schema();
        open.pop();
        if (!recursive.containsKey(type)) {
            return schema;
        }
        ObjectNode reference = reference(type);
        definitions.set(recursive.get(type), schema);
        return reference;
    }

    private ObjectNode reference(JavaType type) {
        String name =
                recursive.computeIfAbsent(
                        type,
                        _ -> {
                            String simple = type.getRawClass().getSimpleName();
                            return recursive.containsValue(simple)
                                    ? simple + (recursive.size() + 1)
                                    : simple;
                        });
        return Json.object().put("$ref", "#/$defs/" + name);
    }

    /** JSON as it stands; text may go without quotes. */
    private static JsonNode defaultValue(Slot slot, ObjectNode schema) {
        boolean isText = schema.path("type").asString("").equals("string");
        JsonNode value;
        try {
            value = Json.parse(slot.defaultValue());
        } catch (JsonSyntaxException e) {
            if (!isText) {
                throw unsound(slot.defaultValue(), "is " + e.getMessage());
            }
            value = StringNode.valueOf(slot.defaultValue());
        }
        if (isText && !value.isString()) {
            value = StringNode.valueOf(slot.defaultValue());
        }
        try {
            Arguments.mapper().treeToValue(value, slot.type());
        } catch (JacksonException e) {
            throw unsound(slot.defaultValue(), "is no value of its type");
        }
        return value;
    }

    private static void requireSoundDefaults(ObjectNode root, JsonNode schema) {
        if (schema.has("default")) {
            var conformance = new Conformance(root, false);
            conformance.conform(schema, schema.path("default"));
            if (!conformance.problems().isEmpty()) {
                throw unsound(
                        Json.write(schema.path("default")),
                        conformance.problems().getFirst().message());
            }
        }
        for (String part : List.of("properties", "anyOf", "$defs")) {
            schema.path(part).forEach(below -> requireSoundDefaults(root, below));
        }
        for (String part : List.of("items", "additionalProperties")) {
            if (schema.path(part).isObject()) {
                requireSoundDefaults(root, schema.path(part));
            }
        }
    }

    private static IllegalArgumentException unsound(String value, String why) {
        return new IllegalArgumentException("the default value " + value + " " + why);
    }
}
