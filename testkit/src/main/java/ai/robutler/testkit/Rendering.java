package ai.robutler.testkit;

import tools.jackson.databind.JsonNode;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A reply in the words of a dialect: the status, and the body in frames.
 *
 * @param sized whether the body is complete and has a length; otherwise it is sent frame by frame
 * @param frames what is written at a time; may be endless if not sized
 */
record Rendering(
        int status,
        String contentType,
        boolean sized,
        Iterable<byte[]> frames,
        Map<String, String> headers) {

    static final String JSON = "application/json";

    static Rendering json(int status, JsonNode body) {
        return body(status, Json.bytes(body));
    }

    static Rendering body(int status, byte[] body) {
        return new Rendering(status, JSON, true, List.of(body), Map.of());
    }

    static Rendering stream(Iterable<byte[]> frames) {
        return new Rendering(200, "text/event-stream; charset=utf-8", false, frames, Map.of());
    }

    /** A body whose length nobody knows. */
    static Rendering unsized(Iterable<byte[]> frames) {
        return new Rendering(200, JSON, false, frames, Map.of());
    }

    Rendering header(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new Rendering(status, contentType, sized, frames, more);
    }
}
