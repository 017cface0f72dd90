package ai.robutler.core;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A full answer of an {@link HttpEndpoint}.
 *
 * @param status the HTTP status, 200 to 599
 * @param contentType the media type of the body
 * @param body the bytes, not copied
 * @param headers further headers
 */
public record EndpointReply(
        int status, String contentType, byte[] body, Map<String, String> headers) {
    public EndpointReply {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status must be 200 to 599, not " + status);
        }
        headers = Map.copyOf(headers);
    }

    public static EndpointReply text(String text) {
        return new EndpointReply(
                200, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    public static EndpointReply html(String html) {
        return new EndpointReply(
                200, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** The value as JSON. */
    public static EndpointReply json(Object value) {
        return new EndpointReply(
                200, "application/json", Json.writeBytes(Json.tree(value)), Map.of());
    }

    public static EndpointReply noContent() {
        return new EndpointReply(204, "", new byte[0], Map.of());
    }

    public EndpointReply withStatus(int status) {
        return new EndpointReply(status, contentType, body, headers);
    }
}
