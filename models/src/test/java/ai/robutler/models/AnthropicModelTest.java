package ai.robutler.models;

import static ai.robutler.models.OpenAi.soon;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatRequest;
import ai.robutler.testkit.ReceivedRequest;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;

class AnthropicModelTest {
    private final ScriptedProvider server = ScriptedProvider.start();
    private final Wire.Provider anthropic = Wire.ANTHROPIC.at(server, "{}");

    @AfterEach
    void close() {
        anthropic.close();
        assertThat(server.violations()).isEmpty();
        server.close();
    }

    @Test
    void completes() {
        server.answer(Reply.text("Hello there").usage(7, 3));
        var completion = anthropic.model().complete(ChatRequest.of("Hi"), soon());
        assertThat(completion.text()).isEqualTo("Hello there");
        assertThat(completion.finishReason()).isEqualTo("stop");
        assertThat(completion.usage().totalTokens()).isEqualTo(10);
    }

    @Test
    void streams() {
        server.answer(Reply.text("Hello there, wörld").usage(7, 3));
        List<ChatChunk> chunks = OpenAi.all(anthropic.model().stream(ChatRequest.of("Hi"), soon()));
        assertThat(OpenAi.text(chunks)).isEqualTo("Hello there, wörld");
        assertThat(chunks.getLast().usage().totalTokens()).isEqualTo(10);
        assertThat(chunks).extracting(ChatChunk::finishReason).contains("stop");
    }

    @Test
    void theHeadersSayWhoAsks() {
        server.answer("ok");
        try (var other =
                Wire.ANTHROPIC.at(
                        server.anthropicUrl() + "/v1/",
                        """
                        {"headers":{"X-Team":"blue","anthropic-beta":"a"},"betas":["b-1"]}
                        """)) {
            other.model().complete(ChatRequest.of("Hi"), soon());
        }
        ReceivedRequest request = server.requests().getFirst();
        assertThat(request.header("x-api-key")).contains(Wire.KEY);
        assertThat(request.header("anthropic-version")).contains("2023-06-01");
        assertThat(request.header("anthropic-beta")).contains("a,b-1");
        assertThat(request.header("User-Agent").orElseThrow()).startsWith("robutler/");
        assertThat(request.header("X-Team")).contains("blue");
        assertThat(request.header("Authorization")).isEmpty();
    }
}
