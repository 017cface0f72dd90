package ai.robutler.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;

import java.util.Optional;

/**
 * A model of LangChain4j: one that answers whole, one that streams, or both. What is missing is
 * made up from the other.
 */
public record LangChain4jModel(Optional<ChatModel> whole, Optional<StreamingChatModel> streaming) {
    public LangChain4jModel {
        if (whole.isEmpty() && streaming.isEmpty()) {
            throw new IllegalArgumentException("a model answers whole, or streams");
        }
    }

    public static LangChain4jModel of(ChatModel whole) {
        return new LangChain4jModel(Optional.of(whole), Optional.empty());
    }

    public static LangChain4jModel of(StreamingChatModel streaming) {
        return new LangChain4jModel(Optional.empty(), Optional.of(streaming));
    }

    public static LangChain4jModel of(ChatModel whole, StreamingChatModel streaming) {
        return new LangChain4jModel(Optional.of(whole), Optional.of(streaming));
    }
}
