package ai.robutler.nli;

import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Deadline;

import java.util.Map;

/** HTTP, in the manner in which the other agent is served. */
final class AnyLine implements Line {
    private final ChatLine chat;

    AnyLine(Wire wire) {
        this.chat = new ChatLine(wire);
    }

    @Override
    public ChatStream open(
            Target target, ChatRequest request, Map<String, String> headers, Deadline deadline) {
        return chat.open(target, request, headers, deadline);
    }

    @Override
    public ChatCompletion whole(
            Target target, ChatRequest request, Map<String, String> headers, Deadline deadline) {
        return chat.whole(target, request, headers, deadline);
    }
}
