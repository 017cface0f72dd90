package ai.robutler.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import tools.jackson.databind.JsonNode;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Words events as server-sent events, in the style that the oddities ask for; one frame an event.
 */
final class SseFrames {

    private final Set<Oddity> oddities;
    private final String newline;
    private final List<byte[]> frames = new ArrayList<>();

    SseFrames(Set<Oddity> oddities) {
        this.oddities = oddities;
        this.newline = oddities.contains(Oddity.CRLF) ? "\r\n" : "\n";
    }

    SseFrames add(JsonNode event) {
        boolean lines = oddities.contains(Oddity.MULTI_LINE_DATA);
        return add(lines ? Json.pretty(event) : Json.line(event));
    }

    /** An event with a name. */
    SseFrames add(String name, JsonNode event) {
        boolean lines = oddities.contains(Oddity.MULTI_LINE_DATA);
        return add(name, lines ? Json.pretty(event) : Json.line(event));
    }

    SseFrames add(String data) {
        return add("", data);
    }

    private SseFrames add(String name, String data) {
        StringBuilder frame = new StringBuilder();
        if (frames.isEmpty() && oddities.contains(Oddity.BOM)) {
            frame.append('\uFEFF');
        }
        if (oddities.contains(Oddity.COMMENTS)) {
            frame.append(": keep-alive").append(newline).append(newline);
        }
        if (oddities.contains(Oddity.EXTRA_EVENT_FIELDS)) {
            frame.append("event: ").append(name.isEmpty() ? "message" : name).append(newline);
            frame.append("id: ").append(frames.size() + 1).append(newline);
            frame.append("retry: 3000").append(newline);
        } else if (!name.isEmpty()) {
            frame.append("event: ").append(name).append(newline);
        }
        String field = oddities.contains(Oddity.NO_SPACE_AFTER_COLON) ? "data:" : "data: ";
        data.lines().forEach(line -> frame.append(field).append(line).append(newline));
        frames.add(frame.append(newline).toString().getBytes(UTF_8));
        return this;
    }

    List<byte[]> frames() {
        return List.copyOf(frames);
    }

    /** Cuts the body of an event stream behind each blank line, whatever the line ends are. */
    static List<byte[]> cut(byte[] body) {
        List<byte[]> frames = new ArrayList<>();
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        boolean blank = true;
        for (int i = 0; i < body.length; i++) {
            frame.write(body[i]);
            boolean lineEnds =
                    body[i] == '\n'
                            || (body[i] == '\r' && (i + 1 == body.length || body[i + 1] != '\n'));
            if (lineEnds && blank) {
                frames.add(frame.toByteArray());
                frame.reset();
            }
            blank = lineEnds || (blank && body[i] == '\r');
        }
        // Even a body of nothing has an end to be written.
        if (frame.size() > 0 || frames.isEmpty()) {
            frames.add(frame.toByteArray());
        }
        return frames;
    }
}
