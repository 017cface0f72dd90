package ai.robutler.models;

import static ai.robutler.models.OpenAi.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.ProviderFactory;
import ai.robutler.core.Settings;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;

class AnthropicSettingsTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.of(
                    "ANTHROPIC_API_KEY", "env-key",
                    "ANTHROPIC_BASE_URL", "https://env.example.org");

    private static AnthropicSettings read(String json, Map<String, String> environment) {
        Settings settings = settings(json, environment);
        AnthropicSettings read = AnthropicSettings.from(settings);
        assertThat(settings.problems()).isEmpty();
        return read;
    }

    @Test
    void defaults() {
        AnthropicSettings settings = read("{}", Map.of());
        assertThat(settings.messages()).hasToString("https://api.anthropic.com/v1/messages");
        assertThat(settings.defaultModel()).isEqualTo("claude-haiku-4-5");
        assertThat(settings.ready()).isFalse();
        assertThat(settings.cacheAuto()).isFalse();
        assertThat(settings.betas()).isEmpty();
        assertThat(settings.attempts().most()).isEqualTo(3);
        assertThat(settings.timeouts()).isEqualTo(Timeouts.DEFAULT);
        assertThat(settings.headers()).containsEntry("anthropic-version", "2023-06-01");
    }

    @Test
    void theEnvironmentIsRead() {
        AnthropicSettings settings = read("{}", ENVIRONMENT);
        assertThat(settings.headers()).containsEntry("x-api-key", "env-key");
        assertThat(settings.messages()).hasToString("https://env.example.org/v1/messages");
        assertThat(settings.ready()).isTrue();
    }

    @Test
    void configurationWins() {
        AnthropicSettings settings =
                read(
                        """
                        {"api-key":" own ","base-url":"http://127.0.0.1:9/x/v1/","default-model":"claude-opus-5",
                         "cache":"auto","betas":["a-1"],"attempts":5,"timeouts":{"connect":"1s"},
                         "headers":{"anthropic-version":"2024-01-01","X-Y":"z"}}
                        """,
                        ENVIRONMENT);
        assertThat(settings.headers())
                .containsEntry("x-api-key", "own")
                .containsEntry("anthropic-version", "2024-01-01")
                .containsEntry("X-Y", "z");
        assertThat(settings.messages()).hasToString("http://127.0.0.1:9/x/v1/messages");
        assertThat(settings.defaultModel()).isEqualTo("claude-opus-5");
        assertThat(settings.cacheAuto()).isTrue();
        assertThat(settings.betas()).containsExactly("a-1");
        assertThat(settings.attempts().most()).isEqualTo(5);
        assertThat(settings.timeouts().connect()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aBearerTokenIsAKeyToo() {
        AnthropicSettings settings =
                read("{\"headers\":{\"Authorization\":\"Bearer x\"}}", Map.of());
        assertThat(settings.ready()).isTrue();
        assertThat(settings.headers()).doesNotContainKey("x-api-key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"cache\":\"always\"} | /cache",
                "{\"betas\":[\"a\\r\\nb\"]} | /betas",
                "{\"betas\":\"x\"} | /betas",
                "{\"base-url\":\"ftp://x\"} | /base-url",
                "{\"api-key\":\"a\\nb\"} | /api-key",
                "{\"headers\":{\"Host\":\"x\"}} | /headers/Host",
                "{\"model\":\"x\"} | /model"
            })
    void wrongValuesAreNamed(String json, String path) {
        Settings settings = settings(json, Map.of());
        var _ = AnthropicSettings.from(settings);
        assertThat(settings.problems()).extracting(Settings.Problem::path).containsExactly(path);
    }

    @Test
    void withoutAKeyThereIsNoModel() {
        try (var provider = new AnthropicFactory().create(settings("{}", Map.of()))) {
            assertThat(provider.defaultModel()).isEmpty();
            assertThatThrownBy(() -> provider.model("claude-haiku-4-5"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("ANTHROPIC_API_KEY");
        }
    }

    @Test
    void theKeyIsNotShown() {
        assertThat(read("{}", ENVIRONMENT).toString()).doesNotContain("env-key");
    }

    @Test
    void theFactoryIsFound() {
        assertThat(ServiceLoader.load(ProviderFactory.class))
                .filteredOn(factory -> factory.name().equals("anthropic"))
                .extracting(ProviderFactory::rank)
                .containsExactly(20);
    }
}
