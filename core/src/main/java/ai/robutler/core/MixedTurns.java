package ai.robutler.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The part of a conversation that clients never see: when a run gives calls to its client, what the
 * agent did in that run is kept, and put back where it belongs when the client returns.
 *
 * <p>It is found by agent, caller and the ids of the client's calls. Ids so short that two
 * conversations may have the same count only together with the conversation before them.
 */
final class MixedTurns {
    private static final int UNGUESSABLE = 20;

    private final Continuations kept;
    private final String owner;
    private final String user;

    MixedTurns(Agent agent, Caller caller) {
        kept = agent.continuations();
        user = caller.subject();
        owner = agent.name() + '\n' + user;
    }

    /**
     * Keeps what the run added to the conversation, if there is anything in it that the client does
     * not see.
     *
     * @param conversation the messages as the client sent them
     * @param added the run's messages, those of its last turn at the end
     * @param calls the calls that the client got
     */
    void save(List<ChatMessage> conversation, List<ChatMessage> added, List<ToolCall> calls) {
        if (added.size() > 1) {
            var digest = new Conversation();
            conversation.forEach(digest::add);
            kept.save(key(digest, calls), user, added);
        }
    }

    /** The conversation as the model knows it. What is no longer kept stays out, soundly. */
    List<ChatMessage> restore(List<ChatMessage> conversation) {
        if (conversation.stream().allMatch(message -> message.toolCalls().isEmpty())) {
            return conversation;
        }
        var whole = new ArrayList<ChatMessage>();
        var digest = new Conversation();
        for (int i = 0; i < conversation.size(); i++) {
            ChatMessage message = conversation.get(i);
            Optional<List<ChatMessage>> hidden = find(digest, message);
            digest.add(message);
            if (hidden.isEmpty()) {
                whole.add(message);
                continue;
            }
            var results = new LinkedHashMap<String, ChatMessage>();
            while (i + 1 < conversation.size() && conversation.get(i + 1).is("tool")) {
                ChatMessage result = conversation.get(++i);
                digest.add(result);
                results.put(result.toolCallId(), result);
            }
            join(hidden.get(), results, whole);
        }
        return whole;
    }

    private Optional<List<ChatMessage>> find(Conversation digest, ChatMessage message) {
        List<ToolCall> calls = message.toolCalls();
        return calls.isEmpty() ? Optional.empty() : kept.find(key(digest, calls));
    }

    /** The run's messages, with all results of its last turn in the order of its calls. */
    private static void join(
            List<ChatMessage> hidden, Map<String, ChatMessage> results, List<ChatMessage> whole) {
        int last = hidden.size() - 1;
        while (hidden.get(last).is("tool")) {
            ChatMessage own = hidden.get(last--);
            results.put(own.toolCallId(), own);
        }
        whole.addAll(hidden.subList(0, last + 1));
        for (ToolCall call : hidden.get(last).toolCalls()) {
            ChatMessage result = results.remove(call.id());
            if (result != null) {
                whole.add(result);
            }
        }
        whole.addAll(results.values());
    }

    private String key(Conversation digest, List<ToolCall> calls) {
        var key = new StringBuilder(owner);
        boolean guessable = false;
        for (ToolCall call : calls) {
            key.append('\n').append(call.id());
            guessable |= call.id().length() < UNGUESSABLE;
        }
        if (guessable) {
            key.append('\n').append(digest.value());
        }
        return HexFormat.of().formatHex(sha256().digest(bytes(key.toString())));
    }

    /** A digest of the messages so far. */
    private static final class Conversation {
        private byte[] value = new byte[0];

        void add(ChatMessage message) {
            MessageDigest digest = sha256();
            digest.update(value);
            digest.update(bytes(message.role() + '\n' + message.toolCallId() + '\n'));
            message.toolCalls().forEach(call -> digest.update(bytes(call.id() + '\n')));
            digest.update(bytes(message.text()));
            value = digest.digest();
        }

        String value() {
            return HexFormat.of().formatHex(value);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
