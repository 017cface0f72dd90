package ai.robutler.testkit;

import tools.jackson.databind.JsonNode;

/** A call that a strict provider refuses. Never leaves this package. */
final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String param;
    private final String code;

    Refused(String param, String code, String message) {
        super(message, null, false, false);
        this.param = param;
        this.code = code;
    }

    static Refused type(String param, String expected, JsonNode actual) {
        return new Refused(
                param,
                "invalid_type",
                "Invalid type for '%s': expected %s, but got %s instead."
                        .formatted(param, expected, kind(actual)));
    }

    static Refused missing(String param) {
        return new Refused(
                param,
                "missing_required_parameter",
                "Missing required parameter: '" + param + "'.");
    }

    static Refused empty(String param) {
        return new Refused(
                param,
                "empty_array",
                "Invalid '%s': empty array. Expected an array with minimum length 1, but got an empty array instead."
                        .formatted(param));
    }

    static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case BINARY, STRING -> "a string";
            case BOOLEAN -> "a boolean";
            case MISSING -> "nothing";
            case NULL -> "null";
            case NUMBER -> "a number";
            case OBJECT, POJO -> "an object";
        };
    }

    Violation violation() {
        return new Violation(0, param, code, String.valueOf(getMessage()));
    }
}
