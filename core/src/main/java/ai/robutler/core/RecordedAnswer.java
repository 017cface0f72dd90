package ai.robutler.core;

import java.util.Map;

/**
 * A whole answer as it was sent, to be sent again.
 *
 * @param status the HTTP status
 * @param contentType the media type of the body
 * @param headers what the answer had beside what every answer has
 * @param body JSON, or all events of a stream
 */
public record RecordedAnswer(
        int status, String contentType, Map<String, String> headers, String body) {
    public RecordedAnswer {
        headers = Map.copyOf(headers);
    }
}
