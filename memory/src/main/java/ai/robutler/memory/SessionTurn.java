package ai.robutler.memory;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What one run added to a conversation.
 *
 * @param replacedBy the number of the turn that took its place, 0 as long as it counts
 */
record SessionTurn(
        long number, Instant time, List<ChatMessage> messages, SessionSeen seen, long replacedBy) {
    SessionTurn {
        messages = List.copyOf(messages);
    }

    static List<ChatMessage> parse(String json) {
        var messages = new ArrayList<ChatMessage>();
        for (JsonNode message : Json.parse(json)) {
            messages.add(new ChatMessage((ObjectNode) message));
        }
        return messages;
    }
}
