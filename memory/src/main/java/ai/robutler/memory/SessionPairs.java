package ai.robutler.memory;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.ToolCall;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** Calls and their results belong together: no model takes one without the other. */
final class SessionPairs {
    /** What the model is told where a client never came back with a result. */
    static final String NO_RESULT = "Error: no result was given for this call.";

    private SessionPairs() {}

    /**
     * The conversation with a result for each call.
     *
     * @param kept what was said before
     * @param fresh what the request adds
     * @throws InvalidRequestException if a result comes for a call that does not wait for one
     */
    static List<ChatMessage> join(List<ChatMessage> kept, List<ChatMessage> fresh) {
        var whole = new ArrayList<ChatMessage>();
        SequencedSet<String> open = new LinkedHashSet<>();
        for (int i = 0; i < kept.size() + fresh.size(); i++) {
            ChatMessage message = i < kept.size() ? kept.get(i) : fresh.get(i - kept.size());
            if (!SessionWindow.isResult(message)) {
                close(open, whole);
                message.toolCalls().stream().map(ToolCall::id).forEach(open::add);
            } else if (!open.remove(message.toolCallId())) {
                throw unknown(message);
            }
            whole.add(message);
        }
        close(open, whole);
        return whole;
    }

    private static void close(SequencedSet<String> open, List<ChatMessage> whole) {
        open.forEach(id -> whole.add(ChatMessage.tool(id, NO_RESULT)));
        open.clear();
    }

    private static InvalidRequestException unknown(ChatMessage result) {
        return InvalidRequestException.of(
                "tool_result_unexpected",
                "messages",
                "There is a result for the call '"
                        + shown(result.toolCallId())
                        + "', which does not wait for one in this session.");
    }

    private static String shown(String id) {
        return id.length() <= 64 ? id : id.substring(0, 64) + "…";
    }
}
