package ai.robutler.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.Caller;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.Settings;
import ai.robutler.core.SkillFactory;
import ai.robutler.core.ToolDefinition;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.ServiceLoader;

class SkillFactoriesTest {
    private static final Completer SILENT =
            new Completer() {
                @Override
                public ChatCompletion complete(ChatRequest request, Deadline deadline) {
                    return ChatCompletion.text("");
                }

                @Override
                public ChatStream stream(ChatRequest request, Deadline deadline) {
                    return ChatStream.of(List.of());
                }
            };

    private static SkillFactory factory(String name) {
        return ServiceLoader.load(SkillFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(factory -> factory.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<ToolDefinition> tools(String skill) {
        var settings = Settings.empty();
        Object made = factory(skill).create(settings);
        assertThat(settings.problems()).isEmpty();
        return Agent.builder("tester")
                .model("test/silent", SILENT)
                .skill(skill, made)
                .build()
                .tools(Caller.anonymous());
    }

    @ParameterizedTest
    @CsvSource({
        "calculator, calculate, expression",
        "clock, current_time, zone",
        "weather, current_weather, place",
    })
    void areFoundByName(String skill, String tool, String parameter) {
        ToolDefinition first =
                tools(skill).stream()
                        .filter(each -> each.name().equals(tool))
                        .findFirst()
                        .orElseThrow();
        assertThat(first.parameters().path("properties").propertyNames())
                .containsExactly(parameter);
    }

    @Test
    void describeTheForecast() {
        ToolDefinition forecast =
                tools("weather").stream()
                        .filter(tool -> tool.name().equals("forecast"))
                        .findFirst()
                        .orElseThrow();
        assertThat(forecast.parameters().path("required").toString()).isEqualTo("[\"place\"]");
        assertThat(forecast.parameters().at("/properties/days/default").intValue()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "base-url, ftp://example.org",
        "base-url, not an address",
        "geocoding-url, http:",
        "timeout, 0s",
        "timeout, soon",
        "key, x",
    })
    void reportWrongSettings(String key, String value) {
        var settings = Settings.of(Json.object().put(key, value), _ -> "");
        factory("weather").create(settings);
        assertThat(settings.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.path()).isEqualTo("/" + key));
    }
}
