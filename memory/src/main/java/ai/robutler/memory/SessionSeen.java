package ai.robutler.memory;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.Json;
import ai.robutler.core.ToolCall;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The messages of a turn as the client knows them, which are fewer than those of the model: by
 * digests, to be recognised when the client sends them again.
 */
record SessionSeen(List<String> digests) {
    private static final int CHARS = 16;

    SessionSeen {
        digests = List.copyOf(digests);
    }

    static SessionSeen of(List<ChatMessage> messages) {
        return new SessionSeen(messages.stream().map(SessionSeen::digest).toList());
    }

    static SessionSeen parse(String text) {
        return new SessionSeen(text.isEmpty() ? List.of() : Arrays.asList(text.split(" ")));
    }

    String text() {
        return String.join(" ", digests);
    }

    /** Clients bring answers back with other white space, and without fields that they ignore. */
    static String digest(ChatMessage message) {
        MessageDigest digest = sha256();
        add(digest, message.role());
        add(digest, message.text().strip().replaceAll("\\s+", " "));
        add(digest, message.toolCallId());
        add(
                digest,
                message.toolCalls().stream().map(ToolCall::id).collect(Collectors.joining(" ")));
        for (JsonNode part : message.json().path("content")) {
            if (!part.path("text").isString()) {
                add(digest, Json.write(part));
            }
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, CHARS);
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
