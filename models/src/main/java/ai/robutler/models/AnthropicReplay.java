package ai.robutler.models;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.Json;
import ai.robutler.core.ToolCall;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;

/**
 * An assistant message as the blocks it was made of: the very ones if it carries them and still
 * says the same, else its thoughts, unchanged and first, its text, and its calls.
 */
final class AnthropicReplay {
    private AnthropicReplay() {}

    static List<ObjectNode> of(ChatMessage message, String at) {
        List<ObjectNode> kept = kept(message);
        if (!kept.isEmpty()) {
            return kept;
        }
        var blocks = new ArrayList<ObjectNode>();
        for (JsonNode thought : message.json().path(AnthropicContent.THINKING)) {
            if (thought instanceof ObjectNode block && isSigned(block)) {
                blocks.add(block);
            }
        }
        blocks.addAll(AnthropicParts.of(message.json().path("content"), at));
        String refusal = message.json().path("refusal").stringValue("");
        if (message.text().isBlank() && !refusal.isBlank()) {
            blocks.add(AnthropicParts.text(refusal));
        }
        for (ToolCall call : message.toolCalls()) {
            blocks.add(use(call));
        }
        return blocks;
    }

    /** Thoughts of other providers, or those cut short, have no signature to vouch for them. */
    private static boolean isSigned(ObjectNode thought) {
        return switch (AnthropicContent.type(thought)) {
            case "thinking" -> !thought.path("signature").stringValue("").isEmpty();
            case "redacted_thinking" -> thought.path("data").isString();
            default -> false;
        };
    }

    private static List<ObjectNode> kept(ChatMessage message) {
        var content = new AnthropicContent();
        var blocks = new ArrayList<ObjectNode>();
        var calls = new ArrayList<ToolCall>();
        for (JsonNode node : message.json().path(AnthropicContent.BLOCKS)) {
            if (!(node instanceof ObjectNode block)) {
                return List.of();
            }
            content.add(block);
            blocks.add(block);
            if (AnthropicContent.type(block).equals("tool_use")) {
                calls.add(
                        ToolCall.function(
                                block.path("id").stringValue(""),
                                block.path("name").stringValue(""),
                                Json.write(block.path("input"))));
            }
        }
        boolean same = content.text().equals(message.text()) && same(calls, message.toolCalls());
        return same ? blocks : List.of();
    }

    /** Whether nobody has changed the calls since. */
    private static boolean same(List<ToolCall> blocks, List<ToolCall> calls) {
        if (blocks.size() != calls.size()) {
            return false;
        }
        for (int i = 0; i < calls.size(); i++) {
            ObjectNode ours = AnthropicBlock.input(blocks.get(i).arguments());
            if (!blocks.get(i).id().equals(calls.get(i).id())
                    || !blocks.get(i).name().equals(calls.get(i).name())
                    || !ours.equals(input(calls.get(i)))) {
                return false;
            }
        }
        return true;
    }

    private static ObjectNode use(ToolCall call) {
        ObjectNode use =
                Json.object()
                        .put("type", "tool_use")
                        .put("id", AnthropicConversation.id(call.id()))
                        .put("name", call.name());
        use.set("input", input(call));
        if (call.json().path("caller").isObject()) {
            use.set("caller", call.json().path("caller"));
        }
        return AnthropicParts.marked(use, call.json());
    }

    private static ObjectNode input(ToolCall call) {
        return call.isFunction()
                ? AnthropicBlock.input(call.arguments())
                : Json.object().put(AnthropicTools.CUSTOM_INPUT, call.arguments());
    }
}
