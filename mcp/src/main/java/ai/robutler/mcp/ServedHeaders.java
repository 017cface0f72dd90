package ai.robutler.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.robutler.core.AgentTool;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Optional;

/**
 * The headers that say again what is in the body, for those between who do not read it: both must
 * say the same.
 *
 * <p>Source: Model Context Protocol 2026-07-28, "Streamable HTTP", "Request Metadata".
 */
final class ServedHeaders {
    private static final String BEGIN = "=?base64?";
    private static final String END = "?=";
    private static final int DEEPEST = 16;

    private ServedHeaders() {}

    /**
     * @throws ServedError if a header is missing, or is not what the body says
     */
    static void check(ServedHttp http, ServedMessage.Request request) {
        require(http, "Mcp-Method", request.method(), false);
        switch (request.method()) {
            case "tools/call" -> {
                require(http, "Mcp-Name", request.params().path("name").asString(""), true);
                checkArguments(http, request);
            }
            case "prompts/get" ->
                    require(http, "Mcp-Name", request.params().path("name").asString(""), true);
            case "resources/read" ->
                    require(http, "Mcp-Name", request.params().path("uri").asString(""), true);
            default -> {
                // Others have no name.
            }
        }
    }

    private static void require(
            ServedHttp http, String header, String expected, boolean isEncoded) {
        String given =
                http.header(header)
                        .map(String::strip)
                        .orElseThrow(() -> mismatch(header, "is missing"));
        String plain = isEncoded ? decoded(header, given) : given;
        if (!plain.equals(expected)) {
            throw mismatch(header, "is not what the body says");
        }
    }

    private static ServedError mismatch(String header, String what) {
        return ServedClient.mismatch("the header " + header + " " + what);
    }

    private static String decoded(String header, String value) {
        if (!value.startsWith(BEGIN) || !value.endsWith(END)) {
            if (value.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c > 0x7e)) {
                throw mismatch(header, "has characters that must be encoded");
            }
            return value;
        }
        try {
            String base64 = value.substring(BEGIN.length(), value.length() - END.length());
            byte[] bytes = Base64.getDecoder().decode(base64);
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (IllegalArgumentException
                | IndexOutOfBoundsException
                | CharacterCodingException e) {
            throw mismatch(header, "is not encoded as it says");
        }
    }

    /** Arguments that the tool's schema marks with {@code x-mcp-header}. */
    private static void checkArguments(ServedHttp http, ServedMessage.Request request) {
        String name = request.params().path("name").asString("");
        Optional<AgentTool> tool =
                http.context().agent().ownTools(http.context().caller()).stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst();
        tool.ifPresent(
                found ->
                        checkArguments(
                                http,
                                found.definition().parameters(),
                                request.params().path("arguments"),
                                0));
    }

    private static void checkArguments(
            ServedHttp http, JsonNode schema, JsonNode value, int depth) {
        if (depth > DEEPEST) {
            return;
        }
        for (var property : schema.path("properties").properties()) {
            JsonNode below = property.getValue();
            JsonNode argument = value.path(property.getKey());
            if (below.path("x-mcp-header").isString()) {
                checkArgument(
                        http, "Mcp-Param-" + below.path("x-mcp-header").stringValue(), argument);
            }
            checkArguments(http, below, argument, depth + 1);
        }
    }

    private static void checkArgument(ServedHttp http, String header, JsonNode argument) {
        Optional<String> given = http.header(header).map(text -> decoded(header, text.strip()));
        if (argument.isMissingNode() || argument.isNull()) {
            if (given.isPresent()) {
                throw mismatch(header, "is there, and the argument is not");
            }
            return;
        }
        String text = given.orElseThrow(() -> mismatch(header, "is missing"));
        if (!isSame(text, argument)) {
            throw mismatch(header, "is not what the body says");
        }
    }

    private static boolean isSame(String text, JsonNode argument) {
        if (!argument.isNumber()) {
            return argument.isValueNode() && text.equals(argument.asString(""));
        }
        try {
            return new BigDecimal(text).compareTo(argument.decimalValue()) == 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
