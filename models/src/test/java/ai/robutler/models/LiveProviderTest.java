package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.Agent;
import ai.robutler.core.ApiException;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.Json;
import ai.robutler.core.ModelProvider;
import ai.robutler.core.Param;
import ai.robutler.core.ProviderFactory;
import ai.robutler.core.Providers;
import ai.robutler.core.Settings;
import ai.robutler.core.Tool;
import ai.robutler.core.ToolDefinition;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The contract against real providers: each one whose key is in the environment, with its default
 * model. Without keys nothing runs and nothing is called.
 */
class LiveProviderTest {
    private static final String SOURCE = "providersWithKeys";

    /** A tool that runs here. */
    public static final class Warehouse {
        @Tool(description = "Tells how many pieces of an article are in stock.")
        public int stock(@Param("the article's name") String article) {
            return article.contains("bolt") ? 4711 : 17;
        }
    }

    static List<String> providersWithKeys() {
        var ready = new ArrayList<String>();
        for (ProviderFactory factory : Providers.factories()) {
            try (ModelProvider provider = factory.create(settings().section(factory.name()))) {
                Optional<String> model = provider.defaultModel();
                if (model.isPresent() && !factory.name().equals("offline")) {
                    ready.add(factory.name() + "/" + model.get());
                }
            }
        }
        return ready;
    }

    private static Settings settings() {
        Map<String, String> environment = System.getenv();
        return Settings.of(Json.object(), name -> environment.getOrDefault(name, ""));
    }

    private static ChatCompletion run(String model, String instructions, ChatRequest request) {
        try (Providers providers = Providers.fromEnvironment()) {
            return agent(model, instructions, providers).run(request);
        }
    }

    private static Agent agent(String model, String instructions, Providers providers) {
        return Agent.builder("live")
                .model(model)
                .providers(providers)
                .instructions(instructions)
                .skill(new Warehouse())
                .build();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource(SOURCE)
    void text(String model) {
        ChatCompletion answer = run(model, "Obey.", ChatRequest.of("Say only the word: blue"));
        assertThat(answer.text().toLowerCase(java.util.Locale.ROOT)).contains("blue");
        assertThat(answer.finishReason()).isEqualTo("stop");
        assertThat(answer.usage().totalTokens()).isPositive();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource(SOURCE)
    void stream(String model) {
        try (Providers providers = Providers.fromEnvironment();
                var stream =
                        agent(model, "Obey.", providers).stream(
                                "Count from one to five, in digits.")) {
            String text =
                    StreamSupport.stream(stream.spliterator(), false)
                            .map(chunk -> chunk.text())
                            .collect(Collectors.joining());
            assertThat(text).contains("1").contains("5");
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource(SOURCE)
    void agentTools(String model) {
        ChatCompletion answer =
                run(
                        model,
                        "Use the tool for each article; then tell the numbers in digits.",
                        ChatRequest.of("How many bolts and how many nuts are in stock?"));
        assertThat(answer.text().replace(",", "")).contains("4711").contains("17");
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource(SOURCE)
    void requestTools(String model) {
        var schema =
                Json.parseObject(
                        """
                        {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
                        """);
        var tool = ToolDefinition.function("city_mayor", "Tells who is mayor of a city.", schema);
        ChatCompletion answer =
                run(
                        model,
                        "Use tools.",
                        ChatRequest.of("Who is mayor of Ulm?").withTools(List.of(tool)));
        assertThat(answer.finishReason()).isEqualTo("tool_calls");
        assertThat(answer.message().toolCalls().getFirst().arguments()).contains("Ulm");
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource(SOURCE)
    void aModelThatIsNotThere(String model) {
        String provider = model.substring(0, model.indexOf('/'));
        assertThatThrownBy(() -> run(provider + "/no-such-model-1", "", ChatRequest.of("Hi")))
                .isInstanceOf(ApiException.class);
    }
}
