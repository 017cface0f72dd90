package ai.robutler.core;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * An answer of an {@link HttpEndpoint}: whole, or as server-sent events.
 *
 * @param status the HTTP status, 200 to 599
 * @param contentType the media type of the body
 * @param body the bytes, not copied
 * @param headers further headers
 * @param events writes the answer instead of the body, event by event
 */
public record EndpointReply(
        int status,
        String contentType,
        byte[] body,
        Map<String, String> headers,
        Optional<Events> events) {

    /** Writes an answer in events; called once, after the endpoint's method, in its context. */
    @FunctionalInterface
    public interface Events {

        /**
         * Returns when the answer is complete. What it throws before the first event is an ordinary
         * error; later it cuts the connection.
         */
        void write(EventSink sink) throws Exception;
    }

    public EndpointReply {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status must be 200 to 599, not " + status);
        }
        headers = Map.copyOf(headers);
    }

    /** A whole answer. */
    public EndpointReply(int status, String contentType, byte[] body, Map<String, String> headers) {
        this(status, contentType, body, headers, Optional.empty());
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

    /** Server-sent events; the status is 200. */
    public static EndpointReply events(Events events) {
        return new EndpointReply(
                200,
                "text/event-stream; charset=utf-8",
                new byte[0],
                Map.of(),
                Optional.of(events));
    }

    public EndpointReply withStatus(int status) {
        return new EndpointReply(status, contentType, body, headers, events);
    }

    /** The same answer with these headers. */
    public EndpointReply withHeaders(Map<String, String> headers) {
        return new EndpointReply(status, contentType, body, headers, events);
    }

    EndpointReply withEvents(Events events) {
        return new EndpointReply(status, contentType, body, headers, Optional.of(events));
    }
}
