package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.Deadline;
import ai.robutler.core.Embedder;
import ai.robutler.core.Json;
import ai.robutler.core.ModelName;
import ai.robutler.core.ProviderException;
import ai.robutler.core.Providers;
import ai.robutler.core.Settings;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Embeddings over HTTP, with what chat models have: keys, attempts, time-outs, errors. */
class EmbedderTest {
    private final ScriptedProvider provider = ScriptedProvider.start();
    private final List<Providers> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(Providers::close);
        provider.close();
    }

    private Providers providers(String name) {
        return configured(
                "{\"%s\": {\"base-url\": \"%s\", \"api-key\": \"sk-test\"}}"
                        .formatted(name, provider.baseUrl()));
    }

    private Providers configured(String json) {
        var settings = Settings.of(Json.parseObject(json), _ -> "");
        Providers providers = Providers.configure(settings);
        open.add(providers);
        assertThat(settings.problems()).isEmpty();
        return providers;
    }

    private Embedder embedder(String name, int dimensions) {
        ModelName model = ModelName.parse(name);
        return providers(model.provider()).embedder(model, dimensions);
    }

    private static List<float[]> embed(Embedder embedder, String... texts) {
        return embedder.embed(List.of(texts), Deadline.after(Duration.ofSeconds(20)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai",
                "xai",
                "ollama",
                "openrouter",
                "groq",
                "mistral",
                "deepseek",
                "gemini",
                "together",
                "fireworks",
                "vllm"
            })
    void everyProviderOfTheDialectMakesVectors(String name) {
        Embedder embedder = embedder(name + "/small", 64);
        List<float[]> vectors = embed(embedder, "one two", "three");
        assertThat(vectors).hasSize(2);
        assertThat(vectors.get(1)).containsExactly(ScriptedProvider.vector("three", 64));
        assertThat(embedder.name()).isEqualTo(name + "/small@64");
        var request = provider.requests().getFirst();
        assertThat(request.json().path("model").asString()).isEqualTo("small");
        assertThat(request.json().path("dimensions").asInt()).isEqualTo(64);
        assertThat(request.header("Authorization")).contains("Bearer sk-test");
        assertThat(provider.violations()).isEmpty();
    }

    @Test
    void theModelsOwnLengthIsNotAskedFor() {
        Embedder embedder = embedder("openai/small", 0);
        assertThat(embed(embedder, "one").getFirst()).hasSize(256);
        assertThat(provider.requests().getFirst().json().has("dimensions")).isFalse();
        assertThat(embedder.name()).isEqualTo("openai/small");
    }

    @Test
    void litellmGoesToTheProviderThatItsNameSays() {
        Providers providers =
                configured(
                        "{\"openai\": {\"base-url\": \"%s\", \"api-key\": \"sk-test\"}, \"litellm\": {\"api-keys\": {\"openai\": \"sk-own\"}}}"
                                .formatted(provider.baseUrl()));
        embed(providers.embedder(ModelName.parse("litellm/openai/small")), "one");
        assertThat(provider.requests().getFirst().header("Authorization"))
                .contains("Bearer sk-own");
    }

    @Test
    void othersHaveNoSuchModels() {
        Providers providers = configured("{\"anthropic\": {\"api-key\": \"sk-test\"}}");
        for (String name : List.of("anthropic/claude", "offline/offline")) {
            assertThatThrownBy(() -> providers.embedder(ModelName.parse(name)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no embedding models");
        }
    }

    @Test
    void whatMayPassIsTriedAgain() {
        provider.embeddings(Reply.error(503, "soon"));
        assertThat(embed(embedder("openai/small", 8), "one")).hasSize(1);
        assertThat(provider.requests()).hasSize(2);
    }

    @Test
    void aRefusedTextIsToldAsIt() {
        provider.embeddings(Reply.error(400, "too long"));
        assertThatThrownBy(() -> embed(embedder("openai/small", 8), "one"))
                .isInstanceOf(ProviderException.Permanent.class)
                .hasMessageContaining("too long");
        assertThat(provider.requests()).hasSize(1);
    }

    @Test
    void theDeadlineHolds() {
        provider.embeddings(Reply.text("").hangBeforeHeaders());
        Embedder embedder = embedder("openai/small", 8);
        assertThatThrownBy(
                        () ->
                                embedder.embed(
                                        List.of("one"), Deadline.after(Duration.ofMillis(300))))
                .isInstanceOf(ProviderException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "no json",
                "{}",
                "{\"data\":[{\"index\":0,\"embedding\":[]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,2]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,\"x\"]},{\"index\":1,\"embedding\":[1,2]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":0,\"embedding\":[1,2]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":7,\"embedding\":[1,2]}]}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[1,2,3]}]}",
                "{\"data\":[{\"index\":1,\"embedding\":[1,2]},{\"index\":0,\"embedding\":[1e999,2]}]}",
                "{\"error\":{\"message\":\"broken\",\"type\":\"server_error\"}}"
            })
    void nonsenseIsAFailure(String body) {
        provider.alwaysEmbeddings(_ -> Reply.rawJson(200, body));
        Providers providers =
                configured(
                        "{\"openai\": {\"base-url\": \"%s\", \"api-key\": \"sk-test\", \"attempts\": 1}}"
                                .formatted(provider.baseUrl()));
        assertThatThrownBy(
                        () -> embed(providers.embedder(ModelName.parse("openai/small")), "a", "b"))
                .isInstanceOf(ProviderException.class);
    }

    @Test
    void vectorsAreInTheOrderOfTheirTexts() {
        provider.embeddings(
                Reply.rawJson(
                        200,
                        "{\"data\":[{\"index\":1,\"embedding\":[3,4]},{\"index\":0,\"embedding\":[1,2]}]}"));
        List<float[]> vectors = embed(embedder("openai/small", 0), "a", "b");
        assertThat(vectors.getFirst()).containsExactly(1f, 2f);
        assertThat(vectors.getLast()).containsExactly(3f, 4f);
    }
}
