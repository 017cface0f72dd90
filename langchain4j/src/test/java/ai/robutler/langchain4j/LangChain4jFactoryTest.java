package ai.robutler.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.Json;
import ai.robutler.core.ModelName;
import ai.robutler.core.Providers;
import ai.robutler.core.Settings;

import org.junit.jupiter.api.Test;

class LangChain4jFactoryTest {
    private static Settings settings(String json) {
        return Settings.of(Json.parseObject(json), _ -> "");
    }

    @Test
    void modelsOnTheClassPathAreFoundByName() {
        try (Providers providers = Providers.configure(settings("{}"))) {
            assertThat(providers.model(ModelName.parse("langchain4j/both"))).isNotNull();
            assertThat(providers.defaultModel()).isEmpty();
            assertThatThrownBy(() -> providers.model(ModelName.parse("langchain4j/none")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("known are: both, nowhere");
        }
    }

    @Test
    void oneCanBeTheDefault() {
        var settings = settings("{\"langchain4j\":{\"default-model\":\"both\"}}");
        try (Providers providers = Providers.configure(settings)) {
            assertThat(settings.problems()).isEmpty();
            assertThat(providers.defaultModel()).contains(new ModelName("langchain4j", "both"));
        }
    }

    @Test
    void anUnknownDefaultIsAProblem() {
        var settings = settings("{\"langchain4j\":{\"default-model\":\"nobody\"}}");
        Providers.configure(settings).close();
        assertThat(settings.problems())
                .singleElement()
                .satisfies(
                        problem ->
                                assertThat(problem.path()).isEqualTo("/langchain4j/default-model"));
    }
}
