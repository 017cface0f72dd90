package ai.robutler.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/** A choice as content blocks: thinking, text, tool calls, in this order. */
final class AnthropicBlocks {

    /**
     * A block.
     *
     * @param whole as a complete answer has it
     * @param start as a stream begins it
     * @param deltas what a stream adds then
     */
    record Block(ObjectNode whole, ObjectNode start, List<ObjectNode> deltas) {}

    private AnthropicBlocks() {}

    static List<Block> of(Choice choice, Shape shape) {
        List<Block> blocks = new ArrayList<>();
        if (choice.reasoning() != null) {
            blocks.add(thinking(choice.reasoning(), shape));
        }
        if (choice.text() != null && !choice.text().isEmpty()) {
            blocks.add(
                    new Block(
                            text(choice.text()),
                            text(""),
                            deltas("text_delta", "text", choice.text(), shape)));
        }
        choice.calls().forEach(call -> blocks.add(call(call, shape)));
        return blocks;
    }

    static ObjectNode text(String text) {
        return Json.object().put("type", "text").put("text", text);
    }

    /** A signature that holds for this thought and no other. */
    static String signature(String thought) {
        String name = UUID.nameUUIDFromBytes(thought.getBytes(UTF_8)).toString();
        return Base64.getEncoder().encodeToString(("signed " + name).getBytes(UTF_8));
    }

    private static Block thinking(String thought, Shape shape) {
        List<ObjectNode> deltas = deltas("thinking_delta", "thinking", thought, shape);
        String signature = signature(thought);
        deltas.add(Json.object().put("type", "signature_delta").put("signature", signature));
        return new Block(
                thinking(thought).put("signature", signature),
                thinking("").put("signature", ""),
                deltas);
    }

    private static ObjectNode thinking(String thought) {
        return Json.object().put("type", "thinking").put("thinking", thought);
    }

    private static Block call(Call call, Shape shape) {
        ObjectNode start =
                Json.object()
                        .put("type", "tool_use")
                        .put("id", call.id().isEmpty() ? Ids.toolUse() : call.id())
                        .put("name", call.name());
        ObjectNode whole = start.deepCopy().set("input", input(call.arguments()));
        start.putObject("input");
        List<ObjectNode> deltas = new ArrayList<>();
        // The first piece is always empty.
        deltas.add(Json.object().put("type", "input_json_delta").put("partial_json", ""));
        deltas.addAll(deltas("input_json_delta", "partial_json", call.arguments(), shape));
        return new Block(whole, start, deltas);
    }

    /** A complete answer has no way to tell arguments that are not JSON but as text. */
    private static JsonNode input(String arguments) {
        if (arguments.isBlank()) {
            return Json.object();
        }
        try {
            return Json.parse(arguments);
        } catch (JacksonException e) {
            return Json.tree(arguments);
        }
    }

    private static List<ObjectNode> deltas(String type, String field, String text, Shape shape) {
        List<String> pieces =
                shape.has(Oddity.ONE_DELTA) ? List.of(text) : Pieces.of(text, shape.pieceSize());
        List<ObjectNode> deltas = new ArrayList<>();
        for (String piece : pieces) {
            deltas.add(Json.object().put("type", type).put(field, piece));
        }
        return deltas;
    }
}
