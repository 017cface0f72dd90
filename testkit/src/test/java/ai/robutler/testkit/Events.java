package ai.robutler.testkit;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads an event stream by the letter of the HTML standard, independently of how the provider
 * writes it.
 */
final class Events {

    private Events() {}

    /** The data of each event. */
    static List<String> of(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        if (text.startsWith("\uFEFF")) {
            text = text.substring(1);
        }
        List<String> events = new ArrayList<>();
        List<String> data = new ArrayList<>();
        for (String line : text.split("\r\n|\n|\r", -1)) {
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    events.add(String.join("\n", data));
                }
                data.clear();
            } else if (line.startsWith("data:")) {
                String value = line.substring(5);
                data.add(value.startsWith(" ") ? value.substring(1) : value);
            } else if (!line.startsWith(":") && !line.matches("(event|id|retry):.*")) {
                throw new AssertionError("not a line of an event stream: '" + line + "'");
            }
        }
        return events;
    }

    /** The chunks, without the end mark. */
    static List<JsonNode> chunks(List<String> events) {
        return events.stream()
                .filter(event -> !event.equals("[DONE]"))
                .map(event -> Json.parse(event))
                .toList();
    }
}
