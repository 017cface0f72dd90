package ai.robutler.memory;

import ai.robutler.core.ChatMessage;

import java.util.List;

/**
 * How much of a conversation is said again to the model: its last messages, within both bounds. It
 * never begins with a result whose call is missing; it begins with a user's message where it can.
 *
 * @param messages how many at most
 * @param tokens how many at most, as {@link SessionTokens} estimates them
 */
record SessionWindow(int messages, int tokens) {
    SessionWindow {
        if (messages < 0 || tokens < 0) {
            throw new IllegalArgumentException("bounds must be positive");
        }
    }

    /** Half as much, so that what falls out is worth a summary. */
    SessionWindow half() {
        return new SessionWindow(messages / 2, tokens / 2);
    }

    boolean fits(List<ChatMessage> conversation) {
        return conversation.size() <= messages && SessionTokens.of(conversation) <= tokens;
    }

    /**
     * The end of a conversation that fits. Calls that wait for their results stay, whatever the
     * bounds say: the results come next.
     */
    List<ChatMessage> trim(List<ChatMessage> conversation) {
        int start = Math.min(start(conversation), openCalls(conversation));
        return conversation.subList(start, conversation.size());
    }

    private int start(List<ChatMessage> conversation) {
        int size = conversation.size();
        int boundary = size;
        int user = size;
        int used = 0;
        for (int i = size - 1; i >= 0; i--) {
            ChatMessage message = conversation.get(i);
            used += SessionTokens.of(message);
            if (used > tokens || size - i > messages) {
                break;
            }
            boundary = isResult(message) ? boundary : i;
            user = message.is("user") ? i : user;
        }
        return user < size ? user : boundary;
    }

    /** Where the turn begins whose calls are not all answered; the end if there is none. */
    private static int openCalls(List<ChatMessage> conversation) {
        int last = conversation.size() - 1;
        while (last >= 0 && isResult(conversation.get(last))) {
            last--;
        }
        return last >= 0 && isOpen(conversation, last) ? last : conversation.size();
    }

    private static boolean isOpen(List<ChatMessage> conversation, int calling) {
        List<ChatMessage> results = conversation.subList(calling + 1, conversation.size());
        return conversation.get(calling).toolCalls().stream()
                .anyMatch(
                        call ->
                                results.stream()
                                        .noneMatch(each -> each.toolCallId().equals(call.id())));
    }

    static boolean isResult(ChatMessage message) {
        return message.is("tool");
    }
}
