package ai.robutler.models;

import ai.robutler.core.Json;
import ai.robutler.core.ToolCall;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Set;

/**
 * Tool calls of Anthropic's as OpenAI's.
 *
 * @param custom the tools that take free text, which Anthropic calls with an object
 */
record AnthropicCalls(Set<String> custom) {

    AnthropicCalls {
        custom = Set.copyOf(custom);
    }

    boolean isCustom(AnthropicBlock block) {
        return custom.contains(name(block));
    }

    /** What the first delta of a function call says. */
    static ObjectNode head(AnthropicBlock block) {
        ObjectNode head = ToolCall.function(id(block), name(block), "").json();
        carry(block, head);
        return head;
    }

    /** What a further delta says. */
    static ObjectNode more(String arguments) {
        var json = Json.object();
        json.set("function", Json.object().put("arguments", arguments));
        return json;
    }

    ToolCall whole(AnthropicBlock block) {
        ToolCall call =
                isCustom(block)
                        ? custom(block)
                        : ToolCall.function(id(block), name(block), arguments(block));
        carry(block, call.json());
        return call;
    }

    private static String arguments(AnthropicBlock block) {
        if (!block.streamedInput().isEmpty()) {
            return block.streamedInput();
        }
        JsonNode input = block.whole().path("input");
        if (input.isString()) {
            return input.stringValue();
        }
        return Json.write(input.isObject() ? input : Json.object());
    }

    private static ToolCall custom(AnthropicBlock block) {
        JsonNode arguments = block.whole().path("input");
        JsonNode input = arguments.path(AnthropicTools.CUSTOM_INPUT);
        var body = Json.object().put("name", name(block));
        body.put("input", input.isString() ? input.stringValue() : Json.write(arguments));
        var json = Json.object().put("id", id(block)).put("type", "custom");
        json.set("custom", body);
        return new ToolCall(json);
    }

    /** Who called, if it was not the model itself: Anthropic wants to see it again. */
    private static void carry(AnthropicBlock block, ObjectNode call) {
        JsonNode caller = block.start().path("caller");
        if (caller.isObject() && !AnthropicContent.type(caller).equals("direct")) {
            call.set("caller", caller);
        }
    }

    private static String id(AnthropicBlock block) {
        return block.start().path("id").stringValue("");
    }

    private static String name(AnthropicBlock block) {
        return block.start().path("name").stringValue("");
    }
}
