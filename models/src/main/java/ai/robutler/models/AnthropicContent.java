package ai.robutler.models;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The content blocks of an assistant's turn, seen as an assistant message of OpenAI's. What that
 * message has no place for is kept beside it, to come back unchanged with the next request:
 * thinking with its signatures as {@code thinking_blocks}, and, if the message could not be turned
 * back into the same blocks, all of them as {@code anthropic_content}.
 */
final class AnthropicContent {
    static final String THINKING = "thinking_blocks";
    static final String BLOCKS = "anthropic_content";
    private static final Set<String> THOUGHTS = Set.of("thinking", "redacted_thinking");

    private final List<ObjectNode> blocks = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final ArrayNode annotations = Json.array();
    private boolean apart;

    /** Text goes on where it stopped, unless something else came between. */
    String separator() {
        return apart && !text.isEmpty() ? "\n\n" : "";
    }

    void add(ObjectNode block) {
        blocks.add(block);
        if (!type(block).equals("text")) {
            apart = true;
            return;
        }
        String more = block.path("text").stringValue("");
        if (more.isEmpty()) {
            return;
        }
        text.append(separator());
        int start = text.codePointCount(0, text.length());
        text.append(more);
        apart = false;
        int end = text.codePointCount(0, text.length());
        for (JsonNode citation : block.path("citations")) {
            if (citation.path("url").isString()) {
                annotations.add(annotation(citation, start, end));
            }
        }
    }

    private static ObjectNode annotation(JsonNode citation, int start, int end) {
        ObjectNode url =
                Json.object()
                        .put("start_index", start)
                        .put("end_index", end)
                        .put("url", citation.path("url").stringValue())
                        .put("title", citation.path("title").stringValue(""));
        return Json.object().put("type", "url_citation").set("url_citation", url);
    }

    String text() {
        return text.toString();
    }

    ArrayNode annotations() {
        return annotations;
    }

    ArrayNode blocks() {
        return Json.array(blocks);
    }

    static boolean isThought(JsonNode block) {
        return THOUGHTS.contains(type(block));
    }

    static String type(JsonNode block) {
        return block.path("type").stringValue("");
    }

    /** Whether thinking, text and calls, put one after the other, are not all there is. */
    boolean needsBlocks() {
        int reached = 0;
        for (ObjectNode block : blocks) {
            int rank = rank(block);
            if (rank < reached) {
                return true;
            }
            reached = rank;
        }
        return reached == OTHER;
    }

    private static final int OTHER = 3;

    private static int rank(ObjectNode block) {
        if (isThought(block)) {
            return 0;
        }
        return switch (type(block)) {
            case "text" -> block.path("citations").isEmpty() ? 1 : OTHER;
            case "tool_use" -> 2;
            default -> OTHER;
        };
    }
}
