package ai.robutler.payments;

import ai.robutler.core.Budget;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/**
 * Reads the fields of a request's body. What is wrong names its field.
 *
 * @param path of the object within the body, "" for the body itself
 */
record Fields(JsonNode object, String path) {
    private static final BigDecimal LONGEST = BigDecimal.valueOf(Terms.LONGEST_TOKEN.toSeconds());

    static Fields of(JsonNode body) {
        if (!body.isObject()) {
            throw InvalidRequestException.of("", "The body must be a JSON object.");
        }
        return new Fields(body, "");
    }

    String text(String name) {
        JsonNode value = object.path(name);
        if (!value.isString() || value.stringValue().isEmpty()) {
            throw wrong(name, "must be a string that is not empty");
        }
        return value.stringValue();
    }

    String text(String name, String absent) {
        JsonNode value = object.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return absent;
        }
        if (!value.isString()) {
            throw wrong(name, "must be a string, not " + Json.kind(value));
        }
        return value.stringValue();
    }

    boolean flag(String name) {
        JsonNode value = object.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw wrong(name, "must be true or false, not " + Json.kind(value));
        }
        return value.booleanValue();
    }

    long usd(String name) {
        return Usd.parse(path + name, object.path(name));
    }

    Duration seconds(String name) {
        JsonNode value = object.path(name);
        if (value.isNumber()) {
            BigDecimal seconds = value.decimalValue();
            if (seconds.signum() > 0 && seconds.compareTo(LONGEST) <= 0) {
                return Duration.ofMillis(Math.max(1, seconds.movePointRight(3).longValue()));
            }
        }
        throw wrong(name, "must be a number of seconds, more than 0");
    }

    /** The objects of an array; none where it is absent. */
    <T> List<T> each(String name, BiFunction<Fields, Integer, T> read) {
        JsonNode array = object.path(name);
        if (array.isMissingNode() || array.isNull()) {
            return List.of();
        }
        if (!array.isArray()) {
            throw wrong(name, "must be an array, not " + Json.kind(array));
        }
        var all = new ArrayList<T>();
        for (int i = 0; i < array.size(); i++) {
            if (!array.get(i).isObject()) {
                throw wrong(name + "[" + i + "]", "must be an object");
            }
            all.add(read.apply(new Fields(array.get(i), path + name + "[" + i + "]."), i));
        }
        return all;
    }

    Budget.Period period(String name) {
        String value = text(name);
        for (Budget.Period period : Budget.Period.values()) {
            if (period.name().toLowerCase(Locale.ROOT).equals(value)) {
                return period;
            }
        }
        throw wrong(name, "must be run, day, month or total");
    }

    private InvalidRequestException wrong(String name, String what) {
        return InvalidRequestException.of(path + name, "'" + path + name + "' " + what + ".");
    }
}
