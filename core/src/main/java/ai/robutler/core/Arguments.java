package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.ValueInstantiationException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.TypeFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The arguments of one method: their schema, and how JSON becomes Java values. Thread-safe. */
final class Arguments {
    private static final int MAX_PROBLEMS = 8;
    private static final JsonMapper MAPPER =
            Json.mapper()
                    .rebuild()
                    .annotationIntrospector(new SealedTypes())
                    // "" is no date, no number and no choice.
                    .withCoercionConfigDefaults(
                            config ->
                                    config.setCoercion(
                                            CoercionInputShape.EmptyString, CoercionAction.Fail))
                    .build();

    private final List<Slot> slots;
    private final ObjectNode schema;

    /**
     * @throws IllegalArgumentException if a type has no schema
     */
    Arguments(List<Slot> slots) {
        this.slots = List.copyOf(slots);
        this.schema = Schemas.of(slots);
    }

    static JsonMapper mapper() {
        return MAPPER;
    }

    static TypeFactory types() {
        return MAPPER.getTypeFactory();
    }

    ObjectNode schema() {
        return schema;
    }

    /** The schema of one of them, without a way around {@code $ref}. */
    JsonNode schema(String slot) {
        return new Conformance(schema, false).below(schema, slot);
    }

    /**
     * The values, in the order of the slots.
     *
     * @param json as a model wrote it; providers send "" where there are no arguments
     * @throws ArgumentsException if they do not fit
     */
    List<@Nullable Object> bind(String json) {
        return bind(parse(json), false);
    }

    /**
     * As {@link #bind(String)}, from a tree.
     *
     * @param ignoreUnknown whether more properties may come than are known
     */
    List<@Nullable Object> bind(ObjectNode given, boolean ignoreUnknown) {
        var conformance = new Conformance(schema, ignoreUnknown);
        ObjectNode conformed = conformance.conform(given);
        if (!conformance.problems().isEmpty()) {
            throw unfit(conformance.problems());
        }
        var values = new ArrayList<@Nullable Object>(slots.size());
        var problems = new ArrayList<Conformance.Problem>();
        for (Slot slot : slots) {
            JsonNode value = conformed.path(slot.name());
            try {
                values.add(value.isMissingNode() ? slot.absent() : convert(slot, value));
            } catch (JacksonException e) {
                problems.add(problem(conformance, slot, e));
            }
        }
        if (!problems.isEmpty()) {
            throw unfit(problems);
        }
        return values;
    }

    private static Object convert(Slot slot, JsonNode value) {
        // A tree handed out must not be the tree that is kept as a default.
        return slot.type().hasRawClass(JsonNode.class)
                ? value.deepCopy()
                : MAPPER.treeToValue(value, slot.type());
    }

    private ObjectNode parse(String json) {
        if (json.isBlank()) {
            return Json.object();
        }
        try {
            return Json.parseObject(json);
        } catch (JsonSyntaxException e) {
            throw new ArgumentsException(
                    "the arguments must be one JSON object: " + e.getMessage() + "; " + known(),
                    List.of());
        }
    }

    /** What the schema could not say: a date that is none, a number out of range, a record's no. */
    private Conformance.Problem problem(Conformance walker, Slot slot, JacksonException e) {
        var path = new StringBuilder(slot.name());
        JsonNode expected = walker.below(schema, slot.name());
        for (var step : e.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
                expected = walker.items(expected);
            } else {
                path.append('.').append(step.getPropertyName());
                expected = walker.below(expected, step.getPropertyName());
            }
        }
        return new Conformance.Problem(path.toString(), why(e, expected));
    }

    private static String why(JacksonException e, JsonNode expected) {
        if (e instanceof ValueInstantiationException
                && e.getCause() instanceof IllegalArgumentException refusal
                && refusal.getMessage() != null) {
            return "is refused: " + refusal.getMessage();
        }
        String type = expected.path("type").asString("");
        return type.equals("integer") || type.equals("number")
                ? "is out of range"
                : "must be " + Conformance.expected(expected);
    }

    private ArgumentsException unfit(List<Conformance.Problem> problems) {
        String all =
                problems.stream()
                        .limit(MAX_PROBLEMS)
                        .map(problem -> "argument '" + problem.path() + "' " + problem.message())
                        .collect(Collectors.joining("; "));
        return new ArgumentsException(all + "; " + known(), problems);
    }

    private String known() {
        if (slots.isEmpty()) {
            return "there are no arguments to give";
        }
        return slots.stream()
                .map(slot -> slot.name() + (slot.required() ? " (required)" : ""))
                .collect(Collectors.joining(", ", "known arguments: ", ""));
    }
}
