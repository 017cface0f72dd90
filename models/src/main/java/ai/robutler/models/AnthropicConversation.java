package ai.robutler.models;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;
import ai.robutler.core.ToolCall;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A conversation in Anthropic's form: instructions apart, users and assistant in turns, the results
 * of a turn's tool calls at the head of the next message, in the order of the calls.
 */
final class AnthropicConversation {
    private static final String USER = "user";
    private static final String ASSISTANT = "assistant";

    /** What a user says who has said nothing yet: Anthropic lets no assistant begin. */
    private static final String BEGINNING = "Please continue.";

    private final ArrayNode system = Json.array();
    private final ArrayNode messages = Json.array();
    private final Set<String> toolsUsed = new LinkedHashSet<>();
    private String role = "";
    private List<ObjectNode> results = new ArrayList<>();
    private List<ObjectNode> blocks = new ArrayList<>();
    private List<String> calls = List.of();

    private AnthropicConversation() {}

    static AnthropicConversation of(ChatRequest request) {
        var conversation = new AnthropicConversation();
        List<ChatMessage> messages = request.messages();
        for (int i = 0; i < messages.size(); i++) {
            conversation.add(messages.get(i), "messages[" + i + "]");
        }
        conversation.flush();
        conversation.settle();
        return conversation;
    }

    ArrayNode system() {
        return system;
    }

    ArrayNode messages() {
        return messages;
    }

    /** The names of the tools that were called, in order. */
    Set<String> toolsUsed() {
        return toolsUsed;
    }

    boolean usesFiles() {
        return messages.findValues("file_id").stream().anyMatch(JsonNode::isString);
    }

    /** Whether the assistant is in the midst of tool calls, and its thoughts on them are lost. */
    boolean lacksThought() {
        JsonNode last = messages.path(messages.size() - 1).path("content").path(0);
        JsonNode turn = messages.path(messages.size() - 2).path("content").path(0);
        return AnthropicContent.type(last).equals("tool_result")
                && !AnthropicContent.isThought(turn);
    }

    private void add(ChatMessage message, String at) {
        JsonNode content = message.json().path("content");
        String where = at + ".content";
        switch (message.role()) {
            case "system", "developer" ->
                    marked(AnthropicParts.of(content, where), message).forEach(system::add);
            case USER -> {
                turn(USER);
                blocks.addAll(marked(AnthropicParts.of(content, where), message));
            }
            case "tool" -> {
                turn(USER);
                results.add(result(message, where));
            }
            case ASSISTANT -> {
                turn(ASSISTANT);
                blocks.addAll(marked(assistant(message, where), message));
            }
            default ->
                    throw InvalidRequestException.of(
                            at + ".role",
                            "Anthropic's models know no messages of role '"
                                    + message.role()
                                    + "': use system, developer, user, assistant or tool.");
        }
    }

    /** A mark for prompt caching on the message holds for its last block. */
    private static List<ObjectNode> marked(List<ObjectNode> blocks, ChatMessage message) {
        if (!blocks.isEmpty() && message.json().path("cache_control").isObject()) {
            ObjectNode last = Json.shallowCopy(blocks.removeLast());
            blocks.add(AnthropicParts.marked(last, message.json()));
        }
        return blocks;
    }

    private static ObjectNode result(ChatMessage message, String at) {
        ObjectNode result =
                Json.object()
                        .put("type", "tool_result")
                        .put("tool_use_id", id(message.toolCallId()));
        List<ObjectNode> content = AnthropicParts.of(message.json().path("content"), at);
        if (content.size() == 1 && message.json().path("content").isString()) {
            result.put("content", message.text());
        } else if (!content.isEmpty()) {
            result.set("content", Json.array(content));
        }
        if (message.json().path("is_error").booleanValue(false)) {
            result.put("is_error", true);
        }
        return AnthropicParts.marked(result, message.json());
    }

    private List<ObjectNode> assistant(ChatMessage message, String at) {
        List<ObjectNode> said = AnthropicReplay.of(message, at);
        for (ToolCall call : message.toolCalls()) {
            toolsUsed.add(call.name());
        }
        return said;
    }

    private void turn(String next) {
        if (!role.equals(next)) {
            flush();
            role = next;
        }
    }

    private void flush() {
        var content = new ArrayList<ObjectNode>();
        for (String call : calls) {
            results.stream().filter(result -> call.equals(answers(result))).forEach(content::add);
        }
        results.stream().filter(result -> !calls.contains(answers(result))).forEach(content::add);
        content.addAll(blocks);
        if (!content.isEmpty()) {
            message(role, content);
        }
        calls =
                blocks.stream()
                        .filter(block -> AnthropicContent.type(block).equals("tool_use"))
                        .map(block -> block.path("id").stringValue(""))
                        .toList();
        results = new ArrayList<>();
        blocks = new ArrayList<>();
    }

    private static String answers(ObjectNode result) {
        return result.path("tool_use_id").stringValue("");
    }

    /** Where a message turned out to be empty, its neighbours have the same role. */
    private void message(String role, List<ObjectNode> content) {
        JsonNode last = messages.path(messages.size() - 1);
        if (last.path("role").stringValue("").equals(role)) {
            ((ArrayNode) last.path("content")).addAll(content);
            return;
        }
        var message = Json.object().put("role", role);
        message.set("content", Json.array(content));
        messages.add(message);
    }

    private void settle() {
        if (!messages.path(0).path("role").stringValue("").equals(USER)) {
            var begin = Json.object().put("role", USER);
            begin.set("content", Json.array(AnthropicParts.text(BEGINNING)));
            messages.insert(0, begin);
        }
        JsonNode last = messages.path(messages.size() - 1);
        if (last.path("role").stringValue("").equals(ASSISTANT)
                && last.path("content") instanceof ArrayNode content
                && content.path(content.size() - 1) instanceof ObjectNode end
                && end.path("text").isString()) {
            ObjectNode stripped = Json.shallowCopy(end);
            // Anthropic refuses an answer to go on from that ends in white space.
            stripped.put("text", end.path("text").stringValue().stripTrailing());
            content.set(content.size() - 1, stripped);
        }
    }

    /** Ids of other providers may have characters that Anthropic refuses. */
    static String id(String id) {
        return id.replaceAll("[^a-zA-Z0-9_-]", "_");
    }
}
