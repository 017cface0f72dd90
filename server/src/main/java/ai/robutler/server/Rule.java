package ai.robutler.server;

import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a value must be like. Rules are built from one another; each names the wrong value as OpenAI
 * does: {@code messages[0].role}.
 */
@FunctionalInterface
interface Rule {

    /**
     * @param path where the value is
     * @throws InvalidRequestException if it is not as it must be (400)
     */
    void check(String path, JsonNode value);

    /** A value of this kind. */
    static Rule of(Kind kind) {
        return any(kind);
    }

    /** A value of one of these kinds. */
    static Rule any(Kind... kinds) {
        return (path, value) -> {
            if (Arrays.stream(kinds).noneMatch(kind -> kind.fits(value))) {
                throw wrongType(path, words(kinds), value);
            }
        };
    }

    private static String words(Kind... kinds) {
        return String.join(" or ", Arrays.stream(kinds).map(Kind::words).toList());
    }

    static InvalidRequestException wrongType(String path, String expected, JsonNode value) {
        return InvalidRequestException.of(
                "invalid_type",
                path,
                "Invalid type for '%s': expected %s, but got %s instead."
                        .formatted(path, expected, Json.kind(value)));
    }

    static InvalidRequestException missing(String path) {
        return InvalidRequestException.of(
                "missing_required_parameter",
                path,
                "Missing required parameter: '%s'.".formatted(path));
    }

    static InvalidRequestException invalid(String path, String what) {
        return InvalidRequestException.of(
                "invalid_value", path, "Invalid '%s': %s.".formatted(path, what));
    }

    /** Both rules, this one first. */
    default Rule and(Rule other) {
        return (path, value) -> {
            check(path, value);
            other.check(path, value);
        };
    }

    /** A number within these limits, of this kind. */
    static Rule range(Kind kind, long least, long most) {
        String name = kind == Kind.INTEGER ? "integer" : "decimal";
        return of(kind).and(
                        (path, value) -> {
                            BigDecimal number = value.decimalValue();
                            if (number.compareTo(BigDecimal.valueOf(least)) < 0) {
                                throw outOfRange(
                                        name + "_below_min_value",
                                        path,
                                        name
                                                + " below minimum value. Expected a value >= "
                                                + least);
                            }
                            if (number.compareTo(BigDecimal.valueOf(most)) > 0) {
                                throw outOfRange(
                                        name + "_above_max_value",
                                        path,
                                        name + " above maximum value. Expected a value <= " + most);
                            }
                        });
    }

    private static InvalidRequestException outOfRange(String code, String path, String what) {
        return InvalidRequestException.of(code, path, "Invalid '%s': %s.".formatted(path, what));
    }

    /** One of these texts. */
    static Rule oneOf(String... texts) {
        List<String> known = List.of(texts);
        return of(Kind.STRING)
                .and(
                        (path, value) -> {
                            if (!known.contains(value.stringValue())) {
                                throw InvalidRequestException.of(
                                        "invalid_value",
                                        path,
                                        "Invalid value for '%s'. Supported values are: '%s'."
                                                .formatted(path, String.join("', '", known)));
                            }
                        });
    }

    /** A text that the pattern matches as a whole. */
    static Rule text(Pattern pattern, String description) {
        return of(Kind.STRING)
                .and(
                        (path, value) -> {
                            if (!pattern.matcher(value.stringValue()).matches()) {
                                throw invalid(path, "expected " + description);
                            }
                        });
    }

    /** An array whose values all follow the rule. */
    static Rule each(Rule rule) {
        return of(Kind.ARRAY)
                .and(
                        (path, value) -> {
                            for (int i = 0; i < value.size(); i++) {
                                rule.check(path + "[" + i + "]", value.get(i));
                            }
                        });
    }

    /** An array of this many values. */
    static Rule size(int least, int most) {
        return of(Kind.ARRAY)
                .and(
                        (path, value) -> {
                            if (value.size() < least) {
                                throw InvalidRequestException.of(
                                        "empty_array",
                                        path,
                                        "Invalid '%s': expected an array with at least %d value, but got an empty array instead."
                                                .formatted(path, least));
                            }
                            if (value.size() > most) {
                                throw InvalidRequestException.of(
                                        "array_above_max_length",
                                        path,
                                        "Invalid '%s': array too long. Expected at most %d values, but got %d instead."
                                                .formatted(path, most, value.size()));
                            }
                        });
    }

    /** An object with any names, whose values all follow the rule. */
    static Rule values(Rule rule) {
        return of(Kind.OBJECT)
                .and(
                        (path, value) ->
                                value.properties()
                                        .forEach(
                                                field ->
                                                        rule.check(
                                                                path + "." + field.getKey(),
                                                                field.getValue())));
    }

    /** One rule for strings, another for anything else. */
    static Rule stringOr(Rule other) {
        return (path, value) -> {
            if (!value.isString()) {
                other.check(path, value);
            }
        };
    }

    /** Starts an object with known fields; unknown ones may be anything. */
    static Fields object() {
        return new Fields();
    }

    /** The fields of an object. To be built once, by one thread, then only read. */
    final class Fields implements Rule {
        private final Map<String, Rule> rules = new LinkedHashMap<>();
        private final List<String> required = new ArrayList<>();

        private Fields() {}

        /** A field that may be absent or null. */
        Fields optional(String name, Rule rule) {
            rules.put(name, rule);
            return this;
        }

        Fields required(String name, Rule rule) {
            rules.put(name, rule);
            required.add(name);
            return this;
        }

        @Override
        public void check(String path, JsonNode value) {
            if (!value.isObject()) {
                throw wrongType(path, Kind.OBJECT.words(), value);
            }
            String prefix = path.isEmpty() ? "" : path + ".";
            for (String name : required) {
                JsonNode field = value.path(name);
                if (field.isMissingNode()) {
                    throw missing(prefix + name);
                }
            }
            rules.forEach(
                    (name, rule) -> {
                        JsonNode field = value.path(name);
                        if (!field.isMissingNode()
                                && (!field.isNull() || required.contains(name))) {
                            rule.check(prefix + name, field);
                        }
                    });
        }
    }
}
