package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.ModelName;
import ai.robutler.core.Providers;
import ai.robutler.core.Settings;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
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
            assertThat(providers.names())
                    .containsExactly(
                            "anthropic",
                            "deepseek",
                            "fireworks",
                            "gemini",
                            "groq",
                            "litellm",
                            "mistral",
                            "offline",
                            "ollama",
                            "openai",
                            "openrouter",
                            "together",
                            "vllm",
                            "xai");
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

    @Test
    void aServerOfThisMachineIsNoDefaultByAccident() {
        try (Providers providers = providers(Map.of(), "{}")) {
            assertThat(providers.defaultModel()).contains(new ModelName("offline", "rules"));
            assertThat(providers.model(ModelName.parse("ollama/llama3.2:3b"))).isNotNull();
        }
        for (var environment :
                List.of(
                        Map.of("OLLAMA_HOST", "127.0.0.1:11434"),
                        Map.of("OLLAMA_BASE_URL", "http://localhost:11434/v1"))) {
            try (Providers providers = providers(environment, "{}")) {
                assertThat(providers.defaultModel()).contains(new ModelName("ollama", "llama3.2"));
            }
        }
        try (Providers providers =
                providers(Map.of(), "{\"ollama\":{\"default-model\":\"phi4\"}}")) {
            assertThat(providers.defaultModel()).contains(new ModelName("ollama", "phi4"));
        }
    }

    @Test
    void vllmNeedsItsAddressAndAModelToBeTheDefault() {
        try (Providers providers = providers(Map.of(), "{}")) {
            assertThatThrownBy(() -> providers.model(ModelName.parse("vllm/own")))
                    .hasMessageContaining("VLLM_BASE_URL")
                    .hasMessageContaining("providers.vllm.base-url");
        }
        var environment = Map.of("VLLM_BASE_URL", "http://localhost:8000/v1");
        try (Providers providers = providers(environment, "{}")) {
            assertThat(providers.model(ModelName.parse("vllm/own"))).isNotNull();
            assertThat(providers.defaultModel()).contains(new ModelName("offline", "rules"));
        }
        try (Providers providers =
                providers(environment, "{\"vllm\":{\"default-model\":\"own\"}}")) {
            assertThat(providers.defaultModel()).contains(new ModelName("vllm", "own"));
        }
    }

    @Test
    void keysDecideInTheOrderOfTheTable() {
        var environment = Map.of("XAI_API_KEY", "x", "GROQ_API_KEY", "g");
        try (Providers providers = providers(environment, "{}")) {
            assertThat(providers.defaultModel()).contains(new ModelName("xai", "grok-4.3"));
            assertThat(providers.model(ModelName.parse("groq/openai/gpt-oss-20b"))).isNotNull();
            assertThatThrownBy(() -> providers.model(ModelName.parse("mistral/any")))
                    .hasMessageContaining("MISTRAL_API_KEY");
        }
    }

    @Test
    void aKeyOfOneProviderNeverGoesToAnother() {
        var environment = Map.of("OPENAI_API_KEY", "sk-openai", "GROQ_API_KEY", "gsk-groq");
        for (OpenAiDialect dialect : Dialects.ALL) {
            var read = OpenAiSettings.from(OpenAi.settings("{}", environment), dialect);
            assertThat(read.key()).isEqualTo(dialect.name().equals("groq") ? "gsk-groq" : "");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.7, http://10.0.0.7:11434/v1",
        "box:8080, http://box:8080/v1",
        "0.0.0.0, http://127.0.0.1:11434/v1",
        "0.0.0.0:1234, http://127.0.0.1:1234/v1",
        ":1234, http://127.0.0.1:1234/v1",
        "[::1]:1234, http://[::1]:1234/v1",
        "https://box/ollama/, https://box/ollama/v1",
        "http://box, http://box/v1"
    })
    void theVariableOfOllamaIsReadAsItsOwnProgramsDo(String host, String url) {
        Settings settings = OpenAi.settings("{}", Map.of("OLLAMA_HOST", host));
        var read = OpenAiSettings.from(settings, RecordedAnswers.dialect("ollama"));
        assertThat(read.baseUrl()).hasToString(url);
        assertThat(settings.problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "ftp://x", "user:pw@host"})
    void aHostThatIsNoneIsAProblem(String host) {
        Settings settings = OpenAi.settings("{}", Map.of("OLLAMA_HOST", host));
        OpenAiSettings.from(settings, RecordedAnswers.dialect("ollama"));
        assertThat(settings.problems()).hasSize(1);
    }
}
