package ai.robutler.server;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A whole answer.
 *
 * @param contentType "" where there is no body
 * @param body the bytes, not copied
 */
record Reply(int status, String contentType, byte[] body, Map<String, String> headers) {
    static final Reply NO_CONTENT = new Reply(204, "", new byte[0], Map.of());

    static Reply json(JsonNode json) {
        return json(200, json);
    }

    static Reply json(int status, JsonNode json) {
        return new Reply(status, "application/json", Json.writeBytes(json), Map.of());
    }

    static Reply text(String contentType, String text) {
        return new Reply(200, contentType, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    Reply with(String header, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Reply(status, contentType, body, more);
    }
}
