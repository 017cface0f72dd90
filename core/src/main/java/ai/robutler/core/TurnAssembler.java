package ai.robutler.core;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Puts a streamed answer together, chunk by chunk, into what a whole answer would have been. */
final class TurnAssembler {
    private final Predicate<String> isTool;
    private final TreeMap<Integer, ChoiceAssembler> choices = new TreeMap<>();
    private final ObjectNode fields = Json.object();
    private Usage usage = Usage.NONE;

    /**
     * @param isTool whether a name is that of a tool which the model was offered
     */
    TurnAssembler(Predicate<String> isTool) {
        this.isTool = isTool;
    }

    void accept(ChatChunk chunk) {
        for (var field : chunk.json().properties()) {
            switch (field.getKey()) {
                case "choices" -> acceptChoices(field.getValue());
                case "usage" -> {
                    // Whoever reports in several chunks counts up: the last one has it all.
                    Usage reported = chunk.usage();
                    usage = reported.isNone() ? usage : reported;
                }
                // Top-level fields repeat in each chunk; the last one holds.
                default -> fields.set(field.getKey(), field.getValue());
            }
        }
    }

    private void acceptChoices(JsonNode list) {
        for (JsonNode choice : list) {
            int index = choice.path("index").asInt(0);
            choices.computeIfAbsent(index, _ -> new ChoiceAssembler(isTool)).accept(choice);
        }
    }

    Map<Integer, ChoiceAssembler> choices() {
        return choices;
    }

    Usage usage() {
        return usage;
    }

    ChatCompletion completion() {
        ObjectNode json = Json.shallowCopy(fields);
        json.put("object", "chat.completion");
        ArrayNode list = Json.array();
        choices.forEach((index, choice) -> list.add(choice.choice(index)));
        json.set("choices", list);
        if (!usage.isNone()) {
            json.set("usage", usage.json());
        }
        return new ChatCompletion(json);
    }
}
