package ai.robutler.memory;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * An estimate of what messages cost a model's window: a token for each four bytes begun, a few for
 * each message, and a flat sum for what is no text. Models count differently; the window is not for
 * a model's limit, but for how much is worth to be said again.
 */
final class SessionTokens {
    private static final int MESSAGE = 4;
    private static final int PICTURE = 1_000;

    private SessionTokens() {}

    static int of(List<ChatMessage> messages) {
        return messages.stream().mapToInt(SessionTokens::of).sum();
    }

    static int of(ChatMessage message) {
        int tokens = MESSAGE + of(message.text());
        for (JsonNode part : message.json().path("content")) {
            tokens += part.path("text").isString() ? 0 : PICTURE;
        }
        JsonNode calls = message.json().path("tool_calls");
        return calls.isEmpty() ? tokens : tokens + of(Json.write(calls));
    }

    static int of(String text) {
        return (text.getBytes(StandardCharsets.UTF_8).length + 3) / 4;
    }
}
