package ai.robutler.models;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ToolCall;
import ai.robutler.core.Usage;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What a plain client makes of regular chunks: text grows, lists grow, calls go by their index. */
record Whole(ObjectNode message, List<ToolCall> calls, String finishReason, Usage usage) {

    static Whole of(List<ChatChunk> chunks) {
        ObjectNode message = ai.robutler.core.Json.object();
        var calls = new TreeMap<Integer, String[]>();
        var reasons = new ArrayList<String>();
        Usage usage = Usage.NONE;
        for (ChatChunk chunk : chunks) {
            JsonNode choice = chunk.json().path("choices").path(0);
            for (var field : choice.path("delta").properties()) {
                add(message, field.getKey(), field.getValue());
            }
            for (JsonNode call : choice.path("delta").path("tool_calls")) {
                String[] parts =
                        calls.computeIfAbsent(
                                call.path("index").asInt(), _ -> new String[] {"", "", ""});
                parts[0] += call.path("id").asString("");
                parts[1] += call.at("/function/name").asString("");
                parts[2] += call.at("/function/arguments").asString("");
            }
            if (!chunk.finishReason().isEmpty()) {
                reasons.add(chunk.finishReason());
            }
            usage = chunk.usage().isNone() ? usage : chunk.usage();
        }
        return new Whole(
                message,
                calls.values().stream()
                        .map(parts -> ToolCall.function(parts[0], parts[1], parts[2]))
                        .toList(),
                String.join("+", reasons),
                usage);
    }

    private static void add(ObjectNode message, String field, JsonNode value) {
        JsonNode before = message.path(field);
        if (before.isString() && value.isString()) {
            message.put(field, before.stringValue() + value.stringValue());
        } else if (before instanceof ArrayNode list && value instanceof ArrayNode more) {
            message.set(field, ai.robutler.core.Json.array().addAll(list).addAll(more));
        } else if (!value.isNull() || before.isMissingNode()) {
            message.set(field, value);
        }
    }

    String text() {
        return text("content");
    }

    String text(String field) {
        return message.path(field).asString("");
    }
}
