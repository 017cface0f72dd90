package ai.robutler.models;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatMessage;
import ai.robutler.core.Json;
import ai.robutler.core.ToolCall;
import ai.robutler.core.Usage;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One turn of the assistant, event by event: as chunks while it goes on, and as a completion in the
 * end. A turn is one answer of the provider, or several if it paused. For one thread.
 *
 * <p>Source of the events: Anthropic, "Streaming messages".
 */
final class AnthropicTurn {
    /** What a message has that a completion has too, under whatever name. */
    private static final Set<String> TRANSLATED =
            Set.of(
                    "id",
                    "type",
                    "role",
                    "model",
                    "content",
                    "stop_reason",
                    "stop_sequence",
                    "stop_details",
                    "usage");

    private final AnthropicCalls kinds;
    private final ChunkFrame frame = new ChunkFrame();
    private final AnthropicContent content = new AnthropicContent();
    private final Map<Integer, AnthropicBlock> open = new TreeMap<>();
    private final List<ToolCall> calls = new ArrayList<>();
    private final StringBuilder reasoning = new StringBuilder();
    private final ArrayNode thoughts = Json.array();
    private final ObjectNode fields = Json.object();
    private ObjectNode usage = Json.object();
    private Usage before = Usage.NONE;
    private AnthropicStop stop = AnthropicStop.NONE;
    private int started;

    /**
     * @param customTools the tools that take free text, which Anthropic calls with an object
     */
    AnthropicTurn(Set<String> customTools) {
        this.kinds = new AnthropicCalls(customTools);
    }

    /** The chunks that tell the event: none, one or two. */
    List<ChatChunk> accept(ObjectNode event) {
        AnthropicBlock block = open.get(index(event));
        return switch (AnthropicContent.type(event)) {
            case "message_start" -> start(event.path("message"));
            case "content_block_start" -> blockStarted(event);
            case "content_block_delta" ->
                    block == null ? List.of() : delta(block, event.path("delta"));
            case "content_block_stop" -> {
                open.remove(index(event));
                yield block == null ? List.of() : blockStopped(block);
            }
            case "message_delta" -> messageChanged(event);
            default -> List.of(); // A ping, the end, or an event that is not invented yet.
        };
    }

    private List<ChatChunk> messageChanged(ObjectNode event) {
        stop = AnthropicStop.of(event.path("delta"));
        keep(event.path("delta"));
        keepAround(event);
        merge(event.path("usage"));
        return List.of();
    }

    /** The chunks that tell a whole message. */
    List<ChatChunk> acceptWhole(ObjectNode message) {
        var chunks = new ArrayList<>(start(message));
        for (JsonNode block : message.path("content")) {
            ObjectNode started = Json.object();
            started.set("content_block", block);
            chunks.addAll(blockStarted(started));
            open.values().forEach(last -> chunks.addAll(blockStopped(last)));
            open.clear();
        }
        stop = AnthropicStop.of(message);
        return chunks;
    }

    private List<ChatChunk> start(JsonNode message) {
        started++;
        before = before.plus(AnthropicUsage.of(usage));
        usage = Json.object();
        stop = AnthropicStop.NONE;
        open.clear();
        frame.named(message.path("id").stringValue(""), message.path("model").stringValue(""));
        keep(message);
        merge(message.path("usage"));
        return List.of();
    }

    private void keep(JsonNode message) {
        for (var field : message.properties()) {
            if (!TRANSLATED.contains(field.getKey()) && !field.getValue().isNull()) {
                fields.set(field.getKey(), field.getValue());
            }
        }
    }

    private void keepAround(ObjectNode event) {
        ObjectNode rest = Json.shallowCopy(event);
        rest.remove(List.of("type", "delta", "usage"));
        keep(rest);
    }

    /** Counters come twice: at the start, and as they stand in the end. */
    private void merge(JsonNode counters) {
        for (var counter : counters.properties()) {
            if (!counter.getValue().isNull()) {
                usage.set(counter.getKey(), counter.getValue());
            }
        }
    }

    private static int index(ObjectNode event) {
        return event.path("index").intValue(0);
    }

    private List<ChatChunk> blockStarted(ObjectNode event) {
        if (!(event.path("content_block") instanceof ObjectNode start)) {
            return List.of();
        }
        boolean calls = AnthropicContent.type(start).equals("tool_use");
        var block = new AnthropicBlock(start, calls ? callsBegun() : -1);
        open.put(index(event), block);
        if (calls && !kinds.isCustom(block)) {
            return List.of(call(block, AnthropicCalls.head(block)));
        }
        String text = start.path("text").stringValue("");
        if (block.type().equals("text") && !text.isEmpty()) {
            return List.of(said("content", content.separator() + text));
        }
        String thought = start.path("thinking").stringValue("");
        return thought.isEmpty() ? List.of() : List.of(thought(thought));
    }

    private int callsBegun() {
        return calls.size() + (int) open.values().stream().filter(block -> block.call >= 0).count();
    }

    private List<ChatChunk> delta(AnthropicBlock block, JsonNode delta) {
        switch (AnthropicContent.type(delta)) {
            case "text_delta" -> {
                String more = delta.path("text").stringValue("");
                String separator = block.isSilent() ? content.separator() : "";
                block.addText(more);
                return more.isEmpty() ? List.of() : List.of(said("content", separator + more));
            }
            case "thinking_delta" -> {
                String more = delta.path("thinking").stringValue("");
                block.addThinking(more);
                return more.isEmpty() ? List.of() : List.of(thought(more));
            }
            case "signature_delta" -> block.addSignature(delta.path("signature").stringValue(""));
            case "citations_delta" -> block.addCitation(delta.path("citation"));
            case "input_json_delta" -> {
                String more = delta.path("partial_json").stringValue("");
                block.addInput(more);
                if (block.call >= 0 && !more.isEmpty() && !kinds.isCustom(block)) {
                    return List.of(call(block, AnthropicCalls.more(more)));
                }
            }
            default -> {} // Of a block that comes back as it started.
        }
        return List.of();
    }

    private List<ChatChunk> blockStopped(AnthropicBlock block) {
        ObjectNode whole = block.whole();
        content.add(whole);
        if (AnthropicContent.isThought(whole)) {
            thoughts.add(whole);
            return List.of(
                    frame.delta(Json.object().set(AnthropicContent.THINKING, Json.array(whole))));
        }
        if (block.call < 0) {
            return List.of();
        }
        ToolCall call = kinds.whole(block);
        calls.add(call);
        if (kinds.isCustom(block)) {
            return List.of(call(block, call.json().deepCopy()));
        }
        return block.streamedInput().isEmpty()
                ? List.of(call(block, AnthropicCalls.more(call.arguments())))
                : List.of();
    }

    private ChatChunk call(AnthropicBlock block, ObjectNode piece) {
        ObjectNode indexed = Json.object().put("index", block.call);
        indexed.setAll(piece);
        ObjectNode delta = Json.object();
        delta.set("tool_calls", Json.array(indexed));
        return frame.delta(delta);
    }

    private ChatChunk thought(String more) {
        reasoning.append(more);
        return said("reasoning_content", more);
    }

    private ChatChunk said(String field, String text) {
        return frame.delta(Json.object().put(field, text));
    }

    /** Whether a reason to stop has been given. */
    boolean stopped() {
        return !stop.isNone();
    }

    /** Whether the turn goes on if its content so far is sent back. */
    boolean paused() {
        return stop.isPause();
    }

    /** How many answers of the provider it is made of. */
    int answers() {
        return started;
    }

    /** All blocks so far. */
    ArrayNode blocks() {
        return content.blocks();
    }

    /** The last chunks: how it finished, and what it used. */
    List<ChatChunk> end() {
        ObjectNode rest = Json.object();
        addRest(rest);
        ChatChunk end = frame.delta(rest);
        ObjectNode choice = (ObjectNode) end.json().path("choices").path(0);
        choice.setAll(stop.fields());
        choice.put("finish_reason", finishReason());
        end.json().setAll(around());
        Usage used = usage();
        if (used.isNone()) {
            return List.of(end);
        }
        ChatChunk last = frame.choices(Json.array());
        last.json().set("usage", used.json());
        return List.of(end, last);
    }

    private String finishReason() {
        return stop.isNone() && !calls.isEmpty() ? "tool_calls" : stop.finishReason();
    }

    private void addRest(ObjectNode message) {
        if (stop.isRefusal()) {
            message.put("refusal", stop.explanation());
        }
        if (!content.annotations().isEmpty()) {
            message.set("annotations", content.annotations());
        }
        if (content.needsBlocks()) {
            message.set(AnthropicContent.BLOCKS, content.blocks());
        }
    }

    private ObjectNode around() {
        ObjectNode around = Json.shallowCopy(fields);
        String tier = usage.path("service_tier").stringValue("");
        if (!tier.isEmpty()) {
            around.put("service_tier", tier.equals("standard") ? "default" : tier);
        }
        return around;
    }

    private Usage usage() {
        return before.plus(AnthropicUsage.of(usage));
    }

    /** The turn as a whole. */
    ChatCompletion completion() {
        ObjectNode message = Json.object().put("role", "assistant");
        if (content.text().isEmpty()) {
            message.putNull("content");
        } else {
            message.put("content", content.text());
        }
        message.putNull("refusal");
        if (!reasoning.isEmpty()) {
            message.put("reasoning_content", reasoning.toString());
        }
        if (!thoughts.isEmpty()) {
            message.set(AnthropicContent.THINKING, thoughts);
        }
        addRest(message);
        ObjectNode choice = Json.object().put("index", 0);
        choice.set("message", new ChatMessage(message).withToolCalls(calls).json());
        choice.putNull("logprobs");
        choice.setAll(stop.fields());
        choice.put("finish_reason", finishReason());
        ObjectNode json = frame.envelope("chat.completion");
        json.set("choices", Json.array(choice));
        json.setAll(around());
        Usage used = usage();
        if (!used.isNone()) {
            json.set("usage", used.json());
        }
        return new ChatCompletion(json);
    }
}
