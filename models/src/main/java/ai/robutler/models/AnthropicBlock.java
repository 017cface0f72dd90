package ai.robutler.models;

import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A content block that is still being streamed. */
final class AnthropicBlock {
    private final ObjectNode json;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder thinking = new StringBuilder();
    private final StringBuilder signature = new StringBuilder();
    private final StringBuilder input = new StringBuilder();
    private final ArrayNode citations = Json.array();

    /** The index of its call among the tool calls of the turn; -1 for other blocks. */
    final int call;

    AnthropicBlock(ObjectNode start, int call) {
        this.json = Json.shallowCopy(start);
        this.call = call;
        text.append(start.path("text").stringValue(""));
        thinking.append(start.path("thinking").stringValue(""));
        signature.append(start.path("signature").stringValue(""));
        citations.addAll(start.path("citations").valueStream().toList());
    }

    String type() {
        return json.path("type").stringValue("");
    }

    ObjectNode start() {
        return json;
    }

    /** Whether it has said nothing yet. */
    boolean isSilent() {
        return text.isEmpty();
    }

    void addText(String more) {
        text.append(more);
    }

    void addThinking(String more) {
        thinking.append(more);
    }

    void addSignature(String more) {
        signature.append(more);
    }

    void addInput(String more) {
        input.append(more);
    }

    void addCitation(JsonNode citation) {
        citations.add(citation);
    }

    /** The arguments as the model wrote them, if they came in pieces; "" if they did not. */
    String streamedInput() {
        return input.toString();
    }

    /** The block as a complete answer would have it. */
    ObjectNode whole() {
        ObjectNode whole = Json.shallowCopy(json);
        switch (type()) {
            case "text" -> {
                whole.put("text", text.toString());
                whole.remove("citations");
                if (!citations.isEmpty()) {
                    whole.set("citations", citations);
                }
            }
            case "thinking" ->
                    whole.put("thinking", thinking.toString())
                            .put("signature", signature.toString());
            default -> {
                if (!input.isEmpty()) {
                    whole.set("input", input(input.toString()));
                }
            }
        }
        return whole;
    }

    /** Arguments as the object that Anthropic wants: in its own words if they are no object. */
    static ObjectNode input(String arguments) {
        if (arguments.isBlank()) {
            return Json.object();
        }
        try {
            return Json.parseObject(arguments);
        } catch (JsonSyntaxException e) {
            return Json.object().put("INVALID_JSON", arguments);
        }
    }
}
