package ai.robutler.langchain4j;

import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;

import java.time.Duration;
import java.util.Map;

/** LangChain4j's own models for OpenAI, as a user sets them up. */
public final class TestModels implements LangChain4jModels {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    static OpenAiChatModel whole(String baseUrl) {
        return OpenAiChatModel.builder()
                .baseUrl(baseUrl)
                .apiKey("sk-test")
                .modelName("gpt-test")
                .maxRetries(0)
                .timeout(TIMEOUT)
                .returnThinking(true)
                .build();
    }

    static OpenAiStreamingChatModel streaming(String baseUrl) {
        return OpenAiStreamingChatModel.builder()
                .baseUrl(baseUrl)
                .apiKey("sk-test")
                .modelName("gpt-test")
                .timeout(TIMEOUT)
                .returnThinking(true)
                .build();
    }

    @Override
    public Map<String, LangChain4jModel> models() {
        return Map.of(
                "nowhere", LangChain4jModel.of(whole("http://127.0.0.1:9/v1")),
                "both",
                        LangChain4jModel.of(
                                whole("http://127.0.0.1:9/v1"),
                                streaming("http://127.0.0.1:9/v1")));
    }
}
