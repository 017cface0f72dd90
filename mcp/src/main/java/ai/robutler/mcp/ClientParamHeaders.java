package ai.robutler.mcp;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The arguments of a tool that HTTP says in headers too, where its schema wants it ({@code
 * x-mcp-header}, since revision 2026-07-28).
 *
 * @param paths by the name of the header, whose value stands at the path in the arguments
 */
record ClientParamHeaders(Map<String, List<String>> paths) {
    private static final String MARK = "x-mcp-header";
    private static final int DEEPEST = 16;
    private static final long LARGEST = (1L << 53) - 1;

    ClientParamHeaders {
        paths = Map.copyOf(paths);
    }

    /**
     * @throws IllegalArgumentException if the schema wants what is not allowed; the message says
     *     what
     */
    static ClientParamHeaders of(JsonNode schema) {
        var found = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        collect(schema, List.of(), found);
        if (marks(schema) != found.size()) {
            throw new IllegalArgumentException("it marks a header where none can be");
        }
        return new ClientParamHeaders(found);
    }

    private static void collect(
            JsonNode schema, List<String> path, Map<String, List<String>> found) {
        if (path.size() > DEEPEST) {
            return;
        }
        for (var property : schema.path("properties").properties()) {
            var at = new ArrayList<>(path);
            at.add(property.getKey());
            JsonNode mark = property.getValue().path(MARK);
            if (!mark.isMissingNode()) {
                String name = mark.asString("");
                String type = property.getValue().path("type").asString("");
                if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")
                        || !List.of("integer", "string", "boolean").contains(type)) {
                    throw new IllegalArgumentException(
                            "the header of its argument '" + property.getKey() + "' cannot be");
                }
                if (found.put("Mcp-Param-" + name, List.copyOf(at)) != null) {
                    throw new IllegalArgumentException("two of its arguments have one header");
                }
            }
            collect(property.getValue(), at, found);
        }
    }

    private static int marks(JsonNode node) {
        int marks = node.isObject() && node.path(MARK).isString() ? 1 : 0;
        for (JsonNode below : node) {
            marks += marks(below);
        }
        return marks;
    }

    /** The headers of a call with these arguments. */
    Map<String, String> of(String tool, JsonNode arguments) {
        var headers = new TreeMap<String, String>();
        paths.forEach(
                (name, path) -> {
                    JsonNode value = arguments;
                    for (String key : path) {
                        value = value.path(key);
                    }
                    if (value.isIntegralNumber()
                            && (!value.canConvertToLong()
                                    || Math.abs(value.longValue()) > LARGEST)) {
                        throw new IllegalArgumentException(
                                "an argument of " + tool + " is too large a number");
                    }
                    if (value.isValueNode() && !value.isNull() && !value.isMissingNode()) {
                        headers.put(name, encoded(value.asString()));
                    }
                });
        return headers;
    }

    /** A value as a header can carry it. */
    static String encoded(String value) {
        boolean plain = value.matches("[\\x20-\\x7E\\t]*") && value.equals(value.strip());
        boolean marked =
                value.toLowerCase(Locale.ROOT).startsWith("=?base64?") && value.endsWith("?=");
        return plain && !marked
                ? value
                : "=?base64?"
                        + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))
                        + "?=";
    }
}
