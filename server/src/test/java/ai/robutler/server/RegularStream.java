package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Json;
import ai.robutler.core.ToolCall;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A stream for the client, held to every rule that a strict client could hold it to. */
record RegularStream(String text, String finishReason, List<ToolCall> calls, JsonNode usage) {

    static RegularStream read(String body) {
        List<String> events = Stack.events(body);
        assertThat(events).as(body).isNotEmpty();
        assertThat(events.getLast()).as(body).isEqualTo("[DONE]");
        assertThat(body).endsWith("data: [DONE]\n\n");
        var text = new StringBuilder();
        var calls = new ArrayList<ObjectNode>();
        String reason = "";
        JsonNode usage = Json.object();
        Set<String> heads = new HashSet<>();
        boolean first = true;
        for (String event : events.subList(0, events.size() - 1)) {
            ObjectNode chunk = Json.parseObject(event);
            heads.add(chunk.path("id") + " " + chunk.path("created") + " " + chunk.path("model"));
            assertThat(chunk.path("object").asString()).isEqualTo("chat.completion.chunk");
            JsonNode choices = chunk.path("choices");
            assertThat(choices.isArray()).isTrue();
            if (!usage.isEmpty()) {
                throw new AssertionError("something behind the usage: " + event);
            }
            if (chunk.path("usage").isObject()) {
                assertThat(choices.isEmpty()).as(event).isTrue();
                usage = chunk.path("usage");
            }
            for (JsonNode choice : choices) {
                assertThat(reason).as("something behind the finish: %s", event).isEmpty();
                JsonNode delta = choice.path("delta");
                assertThat(delta.isObject()).isTrue();
                assertThat(delta.has("role")).as(event).isEqualTo(first);
                first = false;
                text.append(delta.path("content").asString(""));
                delta.path("tool_calls").forEach(call -> add(calls, call));
                reason = choice.path("finish_reason").asString("");
            }
        }
        assertThat(heads).as(body).hasSize(1);
        assertThat(heads.iterator().next()).contains("chatcmpl-");
        return new RegularStream(
                text.toString(), reason, calls.stream().map(ToolCall::new).toList(), usage);
    }

    private static void add(List<ObjectNode> calls, JsonNode delta) {
        int index = delta.path("index").asInt(-1);
        assertThat(index).isBetween(0, calls.size());
        String arguments = delta.path("function").path("arguments").asString();
        if (index == calls.size()) {
            assertThat(delta.path("id").asString("")).isNotEmpty();
            assertThat(delta.path("type").asString("")).isEqualTo("function");
            assertThat(delta.path("function").path("name").asString("")).isNotEmpty();
            calls.add(((ObjectNode) delta).deepCopy());
        } else {
            assertThat(delta.has("id")).isFalse();
            assertThat(delta.path("function").has("name")).isFalse();
            ObjectNode function = (ObjectNode) calls.get(index).path("function");
            function.put("arguments", function.path("arguments").asString() + arguments);
        }
    }

    /** What a client sends back as the assistant's message. */
    ObjectNode assistantMessage() {
        ObjectNode message = Json.object().put("role", "assistant");
        message.put("content", text);
        var list = Json.array();
        for (ToolCall call : calls) {
            list.add(ToolCall.function(call.id(), call.name(), call.arguments()).json());
        }
        if (!list.isEmpty()) {
            message.set("tool_calls", list);
        }
        return message;
    }
}
