package ai.robutler.core;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/** The schemas of types that have no parts: text, numbers, dates, and JSON itself. */
final class PlainTypes {
    private static final Map<Class<?>, String> FORMATS =
            Map.ofEntries(
                    Map.entry(LocalDate.class, "date"),
                    Map.entry(Instant.class, "date-time"),
                    Map.entry(OffsetDateTime.class, "date-time"),
                    Map.entry(ZonedDateTime.class, "date-time"),
                    Map.entry(LocalDateTime.class, "date-time-local"),
                    Map.entry(LocalTime.class, "time-local"),
                    Map.entry(Duration.class, "duration"),
                    Map.entry(URI.class, "uri"),
                    Map.entry(UUID.class, "uuid"));
    private static final Set<Class<?>> INTEGERS =
            Set.of(
                    int.class,
                    Integer.class,
                    long.class,
                    Long.class,
                    short.class,
                    Short.class,
                    byte.class,
                    Byte.class,
                    BigInteger.class,
                    OptionalInt.class,
                    OptionalLong.class);
    private static final Set<Class<?>> NUMBERS =
            Set.of(
                    double.class,
                    Double.class,
                    float.class,
                    Float.class,
                    Number.class,
                    BigDecimal.class,
                    OptionalDouble.class);

    private PlainTypes() {}

    /** The schema of a type, nothing if it is none of these; a new one each time. */
    static Optional<ObjectNode> schema(Class<?> raw) {
        if (FORMATS.containsKey(raw)) {
            return Optional.of(type("string").put("format", FORMATS.getOrDefault(raw, "")));
        }
        if (INTEGERS.contains(raw)) {
            return Optional.of(type("integer"));
        }
        if (NUMBERS.contains(raw)) {
            return Optional.of(type("number"));
        }
        if (raw == String.class) {
            return Optional.of(type("string"));
        }
        if (raw == char.class || raw == Character.class) {
            return Optional.of(type("string").put("minLength", 1).put("maxLength", 1));
        }
        if (raw == boolean.class || raw == Boolean.class) {
            return Optional.of(type("boolean"));
        }
        if (raw == Object.class || raw == JsonNode.class) {
            return Optional.of(Json.object());
        }
        return raw == ObjectNode.class ? Optional.of(map(Json.object())) : Optional.empty();
    }

    static ObjectNode type(String name) {
        return Json.object().put("type", name);
    }

    static ObjectNode map(ObjectNode values) {
        ObjectNode schema = type("object");
        schema.set("additionalProperties", values);
        return schema;
    }
}
