package ai.robutler.models;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers and chunks of a provider with quirks as OpenAI would have them. Nothing that the provider
 * says is lost: its own fields stay beside.
 */
final class DialectAnswer {
    /** The name under which clients look for a model's thoughts. */
    static final String THOUGHTS = "reasoning_content";

    private final Quirks quirks;

    DialectAnswer(Quirks quirks) {
        this.quirks = quirks;
    }

    /** Changes the answer in place. */
    void mend(ObjectNode json) {
        if (!quirks.changesAnswers()) {
            return;
        }
        if (!quirks.usage.isEmpty()
                && !json.path("usage").isObject()
                && json.at(quirks.usage) instanceof ObjectNode usage) {
            json.set("usage", usage);
        }
        for (JsonNode choice : json.path("choices")) {
            if (choice instanceof ObjectNode object) {
                choice(object);
            }
        }
    }

    private void choice(ObjectNode choice) {
        String reason = quirks.finishReasons.get(choice.path("finish_reason").asString(""));
        if (reason != null) {
            choice.put("finish_reason", reason);
        }
        for (String name : new String[] {"message", "delta"}) {
            if (choice.path(name) instanceof ObjectNode said) {
                if (quirks.contentParts && said.path("content") instanceof ArrayNode parts) {
                    parts(said, parts);
                }
                thoughts(said);
            }
        }
    }

    private void thoughts(ObjectNode said) {
        if (!quirks.thoughts.isEmpty()
                && said.path(quirks.thoughts).isString()
                && !said.has(THOUGHTS)) {
            said.set(THOUGHTS, said.path(quirks.thoughts));
        }
    }

    /** Mistral's list of thoughts and texts. */
    private static void parts(ObjectNode said, ArrayNode parts) {
        var text = new StringBuilder();
        var thoughts = new StringBuilder();
        for (JsonNode part : parts) {
            text.append(part.path("text").asString(""));
            for (JsonNode thought : part.path("thinking")) {
                thoughts.append(thought.path("text").asString(""));
            }
        }
        said.put("content", text.toString());
        if (!thoughts.isEmpty()) {
            said.put(THOUGHTS, thoughts.toString());
        }
    }
}
