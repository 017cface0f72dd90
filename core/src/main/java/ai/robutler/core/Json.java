package ai.robutler.core;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.Arrays;
import java.util.Collection;

/** The one JSON mapper, and the few ways in which trees are read and built. Thread-safe. */
public final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(200)
                                                    .maxStringLength(64 << 20)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    // Amounts and prices must not lose digits on the way through.
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                    .build();

    private Json() {}

    public static JsonMapper mapper() {
        return MAPPER;
    }

    /**
     * Reads one JSON object.
     *
     * @throws JsonSyntaxException if the bytes are not JSON, or JSON of another kind
     */
    public static ObjectNode parseObject(byte[] utf8) {
        return object(read(utf8));
    }

    /** As {@link #parseObject(byte[])}, from text. */
    public static ObjectNode parseObject(String text) {
        return object(parse(text));
    }

    /**
     * Reads one JSON value of any kind.
     *
     * @throws JsonSyntaxException if the text is not exactly one JSON value
     */
    public static JsonNode parse(String text) {
        try {
            return present(MAPPER.readTree(text));
        } catch (JacksonException e) {
            throw syntax(e);
        }
    }

    private static JsonNode read(byte[] utf8) {
        try {
            return present(MAPPER.readTree(utf8));
        } catch (JacksonException e) {
            throw syntax(e);
        }
    }

    private static JsonNode present(JsonNode node) {
        if (node.isMissingNode()) {
            throw new JsonSyntaxException("the text is empty");
        }
        return node;
    }

    private static ObjectNode object(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new JsonSyntaxException("a JSON object is expected, this is " + kind(node));
    }

    private static JsonSyntaxException syntax(JacksonException e) {
        var at = e.getLocation();
        String where =
                at == null || at.getLineNr() < 1
                        ? ""
                        : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
        return new JsonSyntaxException("not valid JSON" + where);
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    public static ArrayNode array(JsonNode... nodes) {
        return array(Arrays.asList(nodes));
    }

    public static ArrayNode array(Collection<? extends JsonNode> nodes) {
        return array().addAll(nodes);
    }

    /** A copy one level deep: its fields can be set without touching the original. */
    public static ObjectNode shallowCopy(ObjectNode node) {
        return object().setAll(node);
    }

    /** Any Java value as a tree: records, lists, maps, dates as ISO text. */
    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    public static String write(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    public static byte[] writeBytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    /** What a value is, in the words of a message to its author. */
    public static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT, POJO -> "an object";
            case STRING -> "a string";
            case NUMBER -> node.isIntegralNumber() ? "an integer" : "a number";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            case BINARY -> "binary";
            case MISSING -> "missing";
        };
    }

    /** The text at a field, or "" where it is absent or not text. */
    static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isString() ? value.stringValue() : "";
    }
}
