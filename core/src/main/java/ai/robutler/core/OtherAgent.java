package ai.robutler.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Another agent in a model's place. What its work may cost it holds and charges itself; {@link
 * #cost} tells what came of the last call, after it. One object serves one run, call by call.
 */
public interface OtherAgent extends Completer {
    /** What of a request is meant for whoever answers it. */
    Set<String> FIELDS =
            Set.of(
                    "messages",
                    "tools",
                    "parallel_tool_calls",
                    "stream",
                    "temperature",
                    "top_p",
                    "max_tokens",
                    "max_completion_tokens",
                    "stop",
                    "seed",
                    "response_format",
                    "reasoning_effort");

    /**
     * What the other agent is asked: by default the client's own request, without anything that the
     * first agent added to it, and without what names the client.
     *
     * @param request the client's request
     * @param conversation its messages, and what the first agent added to them
     */
    default ChatRequest request(ChatRequest request, List<ChatMessage> conversation) {
        ChatRequest asked = request;
        for (String field : List.copyOf(request.json().propertyNames())) {
            asked = FIELDS.contains(field) ? asked : asked.without(field);
        }
        return asked.withMessages(new ArrayList<>(request.messages()));
    }
}
