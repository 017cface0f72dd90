package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.ModelName;
import ai.robutler.core.Providers;
import ai.robutler.core.Settings;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;

class LiteLlmConfigTest {
    private static List<Settings.Problem> problems(String litellm) {
        var settings =
                OpenAi.settings("{\"litellm\":%s}".formatted(litellm.replace('\'', '"')), Map.of());
        Providers.configure(settings).close();
        return settings.problems();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'models':{'f':[]}} | /litellm/models/f | at least one deployment",
                "{'models':{'f':{}}} | /litellm/models/f/deployments | at least one deployment",
                "{'models':{'f':{'deployments':[]}}} | /litellm/models/f/deployments | at least",
                "{'models':{'f':7}} | /litellm/models/f | must be a list",
                "{'models':{'f':'gpt-4o'}} | /litellm/models/f/model | must be provider/model",
                "{'models':{'f':['openai/a','nobody/b']}} | /litellm/models/f/1/model | 'nobody'; known are",
                "{'models':{'f':{'deployments':[{'model':'openai/a','weight':0}]}}}"
                        + " | /litellm/models/f/deployments/0/weight | whole number from 1",
                "{'models':{'f':{'deployments':[{'model':'openai/a','wieght':2}]}}}"
                        + " | /litellm/models/f/deployments/0/wieght | did you mean 'weight'",
                "{'models':{'f':{'deployments':['openai/a'],'fallback':['openai/b']}}}"
                        + " | /litellm/models/f/fallback | did you mean 'fallbacks'",
                "{'models':{'f':{'deployments':['openai/a'],'fallbacks':['litellm/g']}}}"
                        + " | /litellm/models/f/fallbacks/0/model | unknown alias 'g'",
                "{'models':{'f':'g','g':'f'}} | /litellm/models/g/model | f → g → f",
                "{'models':{'f':{'deployments':['openai/a'],'fallbacks':['f']}}}"
                        + " | /litellm/models/f/fallbacks/0/model | leads back",
                "{'models':{'f':['openai/a','g'],'g':'openai/b'}} | /litellm/models/f/1/model | is an alias",
                "{'api-keys':{'nobody':'k'}} | /litellm/api-keys/nobody | no provider",
                "{'api-keys':{'litellm':'k'}} | /litellm/api-keys/litellm | no provider",
                "{'api-keys':{'openai':''}} | /litellm/api-keys/openai | is empty",
                "{'api-keys':{'offline':'k'}} | /litellm/api-keys/offline | takes no key",
                "{'api-keys':{'openai':'schlüssel'}} | /litellm/api-keys/openai | characters",
                "{'base-url':'proxy'} | /litellm/base-url | must be the address",
                "{'attempts':0} | /litellm/attempts | whole number"
            })
    void whatIsWrongIsToldWithItsPlace(String config, String path, String words) {
        assertThat(problems(config))
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.path().replaceFirst("(/models/\\w+)/model$", "$1"))
                                    .isEqualTo(path.replaceFirst("(/models/\\w+)/model$", "$1"));
                            assertThat(problem.message())
                                    .contains(words)
                                    .doesNotContain("schlüssel");
                        });
    }

    @Test
    void allProblemsAreToldAtOnce() {
        assertThat(
                        problems(
                                "{'models':{'f':['x/a','y/b'],'g':{'deployments':[{'weight':-1}]}},"
                                        + "'api-keys':{'z':'k'}}"))
                .hasSize(5);
    }

    @Test
    void theExampleOfTheContractIsRead() {
        assertThat(
                        problems(
                                "{'api-keys':{'openai':'sk-1'},'models':{'fast':{'deployments':["
                                        + "{'model':'openai/gpt-4o-mini','weight':3},"
                                        + "{'model':'openai/gpt-4o','weight':1}],"
                                        + "'fallbacks':['offline/rules']}}}"))
                .isEmpty();
    }

    @Test
    void aDeploymentWithoutAKeyIsToldWhenItIsUsed() {
        var settings = OpenAi.settings("{\"litellm\":{\"models\":{\"f\":\"openai/a\"}}}", Map.of());
        try (Providers providers = Providers.configure(settings)) {
            assertThat(settings.problems()).isEmpty();
            assertThatThrownBy(() -> providers.model(ModelName.parse("litellm/f")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("OPENAI_API_KEY");
            assertThatThrownBy(() -> providers.model(ModelName.parse("litellm/g")))
                    .hasMessageContaining("known are: f");
            assertThatThrownBy(() -> providers.model(ModelName.parse("litellm/x/y")))
                    .hasMessageContaining("unknown model provider 'x'");
        }
    }

    @Test
    void theDefaultModelIsTheOneThatIsConfigured() {
        var settings =
                OpenAi.settings(
                        "{\"litellm\":{\"default-model\":\"f\",\"models\":{\"f\":\"offline/rules\"}}}",
                        Map.of());
        try (Providers providers = Providers.configure(settings)) {
            assertThat(providers.defaultModel()).contains(new ModelName("litellm", "f"));
        }
    }

    @Test
    void theProxyComesFromTheEnvironmentToo() {
        var settings =
                OpenAi.settings(
                        "{}",
                        Map.of(
                                "LITELLM_BASE_URL",
                                "http://localhost:4000",
                                "LITELLM_API_KEY",
                                "sk-1"));
        try (Providers providers = Providers.configure(settings)) {
            assertThat(settings.problems()).isEmpty();
            assertThat(providers.model(ModelName.parse("litellm/anything"))).isNotNull();
        }
    }
}
