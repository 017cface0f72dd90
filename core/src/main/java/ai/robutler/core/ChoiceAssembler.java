package ai.robutler.core;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Puts one choice of a streamed answer together. */
final class ChoiceAssembler {
    private final CallAssembler calls;
    private final Map<String, StringBuilder> texts = new LinkedHashMap<>();
    private final ObjectNode fields = Json.object();
    private final ObjectNode choiceFields = Json.object();
    private String finishReason = "";

    ChoiceAssembler(Predicate<String> isTool) {
        calls = new CallAssembler(isTool);
    }

    void accept(JsonNode choice) {
        for (var field : choice.path("delta").properties()) {
            acceptDelta(field.getKey(), field.getValue());
        }
        for (var field : choice.properties()) {
            switch (field.getKey()) {
                case "delta", "index" -> {}
                case "finish_reason" -> {
                    if (field.getValue().isString() && !field.getValue().stringValue().isEmpty()) {
                        finishReason = field.getValue().stringValue();
                    }
                }
                default -> Merge.into(choiceFields, field.getKey(), field.getValue());
            }
        }
    }

    private void acceptDelta(String name, JsonNode value) {
        switch (name) {
            case "role" -> {}
            case "tool_calls" -> {
                for (JsonNode call : value) {
                    if (call instanceof ObjectNode delta) {
                        calls.accept(delta);
                    }
                }
            }
            default -> {
                if (value.isString()) {
                    texts.computeIfAbsent(name, _ -> new StringBuilder())
                            .append(value.stringValue());
                } else if (!texts.containsKey(name)) {
                    Merge.into(fields, name, value);
                }
            }
        }
    }

    List<OpenCall> calls() {
        return calls.calls();
    }

    String finishReason() {
        return finishReason;
    }

    /** The choice as a whole answer would have it. */
    ObjectNode choice(int index) {
        ObjectNode message = Json.object().put("role", "assistant");
        message.putNull("content");
        message.setAll(fields);
        texts.forEach((name, text) -> message.put(name, text.toString()));
        if (!message.has("refusal")) {
            message.putNull("refusal");
        }
        var whole = new ArrayList<ToolCall>();
        for (OpenCall call : calls.calls()) {
            if (!call.isEmpty()) {
                whole.add(call.toolCall());
            }
        }
        ObjectNode choice = Json.object().put("index", index);
        choice.set("message", new ChatMessage(message).withToolCalls(whole).json());
        choice.putNull("logprobs");
        choice.setAll(choiceFields);
        return choice.put("finish_reason", finishReason.isEmpty() ? "stop" : finishReason);
    }
}
