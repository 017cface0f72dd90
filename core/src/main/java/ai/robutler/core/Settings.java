package ai.robutler.core;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of a provider or a skill, read key by key. A value of the wrong kind is noted as a
 * problem and its fallback used, so that all problems of a file can be shown at once; so is, in the
 * end, each key that nobody asked for. For one thread.
 */
public final class Settings {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

    /**
     * What is wrong with a value.
     *
     * @param path where it stands, as a JSON Pointer from the topmost settings
     * @param message what is wrong and how to mend it
     */
    public record Problem(String path, String message) {}

    private final ObjectNode values;
    private final String path;
    private final UnaryOperator<String> environment;
    private final List<Problem> problems;
    private final Map<Class<?>, Object> shared;
    private final Set<String> known = new TreeSet<>();
    private final List<Settings> sections = new ArrayList<>();

    private Settings(
            ObjectNode values,
            String path,
            UnaryOperator<String> environment,
            List<Problem> problems,
            Map<Class<?>, Object> shared) {
        this.values = values;
        this.path = path;
        this.environment = environment;
        this.problems = problems;
        this.shared = shared;
    }

    /**
     * @param environment gives an environment variable's value, "" where it is not set
     */
    public static Settings of(ObjectNode values, UnaryOperator<String> environment) {
        return new Settings(values, "", environment, new ArrayList<>(), new HashMap<>());
    }

    /** No settings, and no environment. */
    public static Settings empty() {
        return of(Json.object(), _ -> "");
    }

    /** The text at the key, or the fallback. */
    public String text(String key, String fallback) {
        JsonNode value = value(key);
        if (value.isMissingNode()) {
            return fallback;
        }
        if (value.isContainer() || value.isNull()) {
            return wrong(key, "must be text, not " + Json.kind(value), fallback);
        }
        return value.asString();
    }

    /** The text at the key, else the environment variable's value, else the fallback. */
    public String text(String key, String variable, String fallback) {
        String fromEnvironment = environment.apply(variable);
        return text(key, fromEnvironment.isEmpty() ? fallback : fromEnvironment);
    }

    /** A whole number within the bounds, both included. */
    public int integer(String key, int fallback, int min, int max) {
        JsonNode value = value(key);
        if (value.isMissingNode()) {
            return fallback;
        }
        if (!value.canConvertToExactIntegral()
                || value.longValue() < min
                || value.longValue() > max) {
            return wrong(key, "must be a whole number from " + min + " to " + max, fallback);
        }
        return value.intValue();
    }

    public boolean flag(String key, boolean fallback) {
        JsonNode value = value(key);
        if (value.isMissingNode()) {
            return fallback;
        }
        return value.isBoolean()
                ? value.booleanValue()
                : wrong(key, "must be true or false", fallback);
    }

    /** A duration such as {@code 500ms}, {@code 5s}, {@code 10m}; a bare number is seconds. */
    public Duration duration(String key, Duration fallback) {
        JsonNode value = value(key);
        if (value.isMissingNode()) {
            return fallback;
        }
        if (value.isIntegralNumber() && value.longValue() >= 0 && value.canConvertToInt()) {
            return Duration.ofSeconds(value.intValue());
        }
        Matcher matcher = DURATION.matcher(value.asString(""));
        if (!matcher.matches()) {
            return wrong(key, "must be a duration such as 500ms, 5s or 10m", fallback);
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /** A list of texts; empty where the key is absent. */
    public List<String> texts(String key) {
        JsonNode value = value(key);
        if (value.isMissingNode()) {
            return List.of();
        }
        var texts = new ArrayList<String>();
        for (JsonNode item : value) {
            if (item.isContainer() || item.isNull()) {
                return wrong(key, "must be a list of texts", List.of());
            }
            texts.add(item.asString());
        }
        return value.isArray() ? texts : wrong(key, "must be a list of texts", List.of());
    }

    /** The settings below a key; empty ones where it is absent. */
    public Settings section(String key) {
        JsonNode value = value(key);
        ObjectNode below = value instanceof ObjectNode object ? object : Json.object();
        if (!value.isMissingNode() && !value.isNull() && !value.isObject()) {
            problem(key, "must have settings of its own below it, not be " + Json.kind(value));
        }
        var section = new Settings(below, pointer(key), environment, problems, shared);
        sections.add(section);
        return section;
    }

    /**
     * The settings of each item of a list, at the index that stands in the paths of its problems. A
     * text stands for settings with this text at {@code single}, and for a list of one where the
     * list should be. None where the key is absent.
     */
    public List<Settings> items(String key, String single) {
        JsonNode value = value(key);
        if (value.isMissingNode()) {
            return List.of();
        }
        var items = new ArrayList<Settings>();
        for (JsonNode item : value.isString() ? Json.array(value) : value) {
            ObjectNode below =
                    item instanceof ObjectNode object ? object : Json.object().set(single, item);
            String at = pointer(key) + (value.isArray() ? "/" + items.size() : "");
            var section = new Settings(below, at, environment, problems, shared);
            items.add(section);
        }
        if (!value.isArray() && !value.isString()) {
            return wrong(key, "must be a list, not " + Json.kind(value), List.of());
        }
        sections.addAll(items);
        return items;
    }

    /** A changed copy, for another reader: what it asks for and its problems are its own. */
    Settings changed(UnaryOperator<ObjectNode> change) {
        return new Settings(
                change.apply(values.deepCopy()), "", environment, new ArrayList<>(), shared);
    }

    /** The keys that are there. */
    public List<String> keys() {
        return List.copyOf(values.propertyNames());
    }

    /**
     * The value as it stands, missing where it is absent; for settings with a form of their own.
     */
    public JsonNode value(String key) {
        known.add(key);
        return values.path(key);
    }

    /** The value of an environment variable, "" where it is not set. */
    public String environment(String variable) {
        return environment.apply(variable);
    }

    /**
     * The one object of this type that all settings of a tree share; made when it is first asked
     * for.
     */
    public <T> T shared(Class<T> type, Supplier<T> make) {
        return type.cast(shared.computeIfAbsent(type, _ -> make.get()));
    }

    /** Notes that the value at the key is wrong: say what is, and how to mend it. */
    public void problem(String key, String message) {
        problems.add(new Problem(pointer(key), "'" + key + "' " + message));
    }

    /** Everything wrong so far, the keys that nobody asked for included. */
    public List<Problem> problems() {
        var all = new ArrayList<>(problems);
        unknown(all);
        return all;
    }

    private void unknown(List<Problem> all) {
        for (String key : values.propertyNames()) {
            if (!known.contains(key)) {
                all.add(new Problem(pointer(key), "unknown setting '" + key + "'" + meant(key)));
            }
        }
        sections.forEach(section -> section.unknown(all));
    }

    private String meant(String key) {
        if (known.isEmpty()) {
            return " (there are no settings here)";
        }
        String guess =
                Spelling.nearest(key, known)
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElse("");
        return guess + " (known here: " + String.join(", ", known) + ")";
    }

    private <T> T wrong(String key, String message, T fallback) {
        problem(key, message);
        return fallback;
    }

    private String pointer(String key) {
        return path + "/" + key.replace("~", "~0").replace("/", "~1");
    }
}
