package ai.robutler.core;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What all turns of a run amount to: one message under one id, in the agent's name. Text of earlier
 * turns stays, as it does in a stream, a blank line apart.
 */
final class Answer {
    /** Text that the client reads; it grows from turn to turn. */
    private static final Set<String> TEXTS = Set.of("content", "reasoning_content", "reasoning");

    static final String SEPARATOR = "\n\n";

    final String id = Ids.completion();
    final long created = System.currentTimeMillis() / 1000;
    final String model;
    private final List<ChatMessage> earlier = new ArrayList<>();

    Answer(String model) {
        this.model = model;
    }

    /** Keeps what a turn said before the run went on. */
    void goOn(ChatMessage message) {
        earlier.add(message);
    }

    /**
     * The run's answer.
     *
     * @param turn the last turn
     * @param calls those for the client
     */
    ChatCompletion of(ChatCompletion turn, String reason, List<ToolCall> calls, Usage usage) {
        ChatCompletion whole = turn.with(joined(turn.message()).withToolCalls(calls), reason);
        ObjectNode json = Json.object().put("id", id).put("object", "chat.completion");
        json.put("created", created).put("model", model);
        for (var field : whole.json().properties()) {
            if (!json.has(field.getKey()) && !field.getKey().equals("usage")) {
                json.set(field.getKey(), field.getValue());
            }
        }
        if (!usage.isNone()) {
            json.set("usage", usage.json());
        }
        return new ChatCompletion(json);
    }

    private ChatMessage joined(ChatMessage last) {
        if (earlier.isEmpty()) {
            return last;
        }
        ObjectNode message = Json.shallowCopy(last.json());
        for (String field : TEXTS) {
            join(message, field);
        }
        ArrayNode annotations = Json.array();
        earlier.forEach(turn -> annotations.addAll(elements(turn.json().path("annotations"))));
        if (!annotations.isEmpty()) {
            annotations.addAll(elements(message.path("annotations")));
            message.set("annotations", annotations);
        }
        return new ChatMessage(message);
    }

    private void join(ObjectNode message, String field) {
        var text = new StringBuilder();
        for (ChatMessage turn : earlier) {
            append(text, Json.text(turn.json(), field));
        }
        if (!text.isEmpty()) {
            append(text, Json.text(message, field));
            message.put(field, text.toString());
        }
    }

    private static void append(StringBuilder text, String more) {
        text.append(text.isEmpty() || more.isEmpty() ? "" : SEPARATOR).append(more);
    }

    private static List<JsonNode> elements(JsonNode array) {
        return array.isArray() ? array.valueStream().toList() : List.of();
    }
}
