package ai.robutler.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.Deadline;
import ai.robutler.core.Embedder;
import ai.robutler.core.ProviderException;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

class LangChain4jEmbedderTest {
    private final ScriptedProvider provider = ScriptedProvider.start();

    @AfterEach
    void close() {
        provider.close();
    }

    private Embedder embedder() {
        EmbeddingModel model =
                OpenAiEmbeddingModel.builder()
                        .baseUrl(provider.baseUrl())
                        .apiKey("sk-test")
                        .modelName("small")
                        .maxRetries(0)
                        .build();
        return new LangChain4jProvider(Map.of(), Map.of("small", model), "")
                .embedder("small")
                .orElseThrow();
    }

    private static Deadline within(long millis) {
        return Deadline.after(Duration.ofMillis(millis));
    }

    @Test
    void textsBecomeVectors() {
        List<float[]> vectors = embedder().embed(List.of("one two", "three"), within(20_000));
        assertThat(vectors).hasSize(2);
        assertThat(vectors.getFirst()).containsExactly(ScriptedProvider.vector("one two", 256));
        assertThat(embedder().name()).isEqualTo("langchain4j/small");
    }

    @Test
    void failuresAreTheProviders() {
        provider.embeddings(Reply.error(500, "broken"));
        assertThatThrownBy(() -> embedder().embed(List.of("one"), within(20_000)))
                .isInstanceOf(ProviderException.class);
        provider.embeddings(Reply.text("").hangBeforeHeaders());
        assertThatThrownBy(() -> embedder().embed(List.of("one"), within(300)))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining("did not answer in time");
    }

    @Test
    void modelsThatAreNotThereAreTold() {
        var none = new LangChain4jProvider(Map.of(), Map.of(), "");
        assertThatThrownBy(() -> none.embedder("small"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("small");
    }
}
