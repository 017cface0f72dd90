package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.ModelName;
import ai.robutler.core.Providers;
import ai.robutler.core.Settings;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;

class ProvidersTest {
    private static Providers providers(Map<String, String> environment, String config) {
        Settings settings = OpenAi.settings(config, environment);
        Providers providers = Providers.configure(settings);
        assertThat(settings.problems()).isEmpty();
        return providers;
    }

    @Test
    void allAreFound() {
        try (Providers providers = providers(Map.of(), "{}")) {
            assertThat(providers.names()).containsExactly("anthropic", "offline", "openai");
        }
    }

    @Test
    void withoutAKeyOfflineServes() {
        try (Providers providers = providers(Map.of(), "{}")) {
            assertThat(providers.defaultModel()).contains(new ModelName("offline", "rules"));
        }
    }

    @Test
    void withItsKeyAnthropicServes() {
        try (Providers providers = providers(Map.of("ANTHROPIC_API_KEY", "sk-1"), "{}")) {
            assertThat(providers.defaultModel())
                    .contains(new ModelName("anthropic", "claude-haiku-4-5"));
        }
    }

    @Test
    void ofTwoKeysOpenAisServes() {
        Map<String, String> keys = Map.of("ANTHROPIC_API_KEY", "a", "OPENAI_API_KEY", "b");
        try (Providers providers = providers(keys, "{}")) {
            assertThat(providers.defaultModel()).contains(new ModelName("openai", "gpt-4o-mini"));
        }
    }

    @Test
    void withAKeyOpenAiServes() {
        try (Providers providers = providers(Map.of("OPENAI_API_KEY", "sk-1\n"), "{}")) {
            assertThat(providers.defaultModel()).contains(new ModelName("openai", "gpt-4o-mini"));
        }
    }

    @Test
    void elsewhereNoKeyIsNeeded() {
        try (Providers providers =
                providers(Map.of("OPENAI_BASE_URL", "http://localhost:1234/v1"), "{}")) {
            assertThat(providers.defaultModel()).contains(new ModelName("openai", "gpt-4o-mini"));
            assertThat(providers.model(ModelName.parse("openai/llama"))).isNotNull();
        }
    }

    @Test
    void withoutAKeyAModelOfOpenAiIsRefusedWithAdvice() {
        try (Providers providers = providers(Map.of(), "{}")) {
            assertThatThrownBy(() -> providers.model(ModelName.parse("openai/gpt-4o")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("OPENAI_API_KEY")
                    .hasMessageContaining("providers.openai.api-key");
        }
    }

    @Test
    void configurationWinsOverTheEnvironment() {
        var environment =
                Map.of("OPENAI_API_KEY", "from-env", "OPENAI_BASE_URL", "http://localhost:1/v1");
        Settings settings =
                OpenAi.settings(
                        "{\"api-key\":\"from-file\",\"base-url\":\"https://example.com/x//\"}",
                        environment);
        var read = OpenAiSettings.from(settings, OpenAiDialect.OPENAI);
        assertThat(read.headers()).containsEntry("authorization", "Bearer from-file");
        assertThat(read.baseUrl()).hasToString("https://example.com/x");
        assertThat(settings.problems()).isEmpty();
    }

    @Test
    void theDefaultsAreThoseOfTheDocuments() {
        var read = OpenAiSettings.from(OpenAi.settings("{}", Map.of()), OpenAiDialect.OPENAI);
        assertThat(read.baseUrl()).hasToString("https://api.openai.com/v1");
        assertThat(read.defaultModel()).isEqualTo("gpt-4o-mini");
        assertThat(read.timeouts().connect()).hasSeconds(5);
        assertThat(read.timeouts().firstToken()).hasSeconds(60);
        assertThat(read.timeouts().betweenTokens()).hasSeconds(60);
        assertThat(read.timeouts().total()).hasSeconds(600);
        assertThat(read.attempts().most()).isEqualTo(3);
        assertThat(read.connections()).isEqualTo(1000);
        assertThat(read.ready()).isFalse();
    }

    @Test
    void eachKeyIsRead() {
        Settings settings =
                OpenAi.settings(
                        """
                        {"default-model":"m","attempts":5,"connections":7,
                         "timeouts":{"connect":"1s","first-token":"2s","between-tokens":"3s","total":"4s"}}
                        """,
                        Map.of());
        var read = OpenAiSettings.from(settings, OpenAiDialect.OPENAI);
        assertThat(settings.problems()).isEmpty();
        assertThat(read.defaultModel()).isEqualTo("m");
        assertThat(read.attempts().most()).isEqualTo(5);
        assertThat(read.connections()).isEqualTo(7);
        assertThat(read.timeouts().connect()).hasSeconds(1);
        assertThat(read.timeouts().firstToken()).hasSeconds(2);
        assertThat(read.timeouts().betweenTokens()).hasSeconds(3);
        assertThat(read.timeouts().total()).hasSeconds(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"base-url\":\"ftp://x\"}",
                "{\"base-url\":\"api.openai.com\"}",
                "{\"base-url\":\"http://\"}",
                "{\"base-url\":\"https://user:pw@x/v1\"}",
                "{\"base-url\":\"https://x/v1?a=b\"}",
                "{\"base-url\":\"https://x y\"}",
                "{\"base-url\":\"\"}",
                "{\"api-key\":\"a\\nb\"}",
                "{\"api-key\":\"schlüssel\"}",
                "{\"organization\":\"a\\rb\"}",
                "{\"headers\":{\"Host\":\"x\"}}",
                "{\"headers\":{\"a b\":\"x\"}}",
                "{\"headers\":{\"X-A\":\"x\\ny\"}}",
                "{\"attempts\":0}",
                "{\"connections\":0}",
                "{\"timeouts\":{\"connect\":\"0s\"}}",
                "{\"timeouts\":{\"total\":\"999999999d\"}}",
                "{\"timeouts\":{\"conect\":\"1s\"}}",
                "{\"apikey\":\"x\"}"
            })
    void whatIsWrongIsAProblem(String config) {
        Settings settings = OpenAi.settings(config, Map.of());
        new OpenAiFactory().create(settings).close();
        assertThat(settings.problems()).hasSize(1);
        assertThat(settings.problems().getFirst().message()).doesNotContain("schlüssel", "pw@");
    }

    @Test
    void theKeyIsNotInTheText() {
        var read =
                OpenAiSettings.from(
                        OpenAi.settings("{\"api-key\":\"sk-secret\"}", Map.of()),
                        OpenAiDialect.OPENAI);
        assertThat(read.toString()).doesNotContain("sk-secret");
    }
}
