package ai.robutler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class ReadmeTest {

    @Test
    void theAgentAsksForTheWeatherAndUsesIt() throws Exception {
        try (ScriptedProvider provider = ScriptedProvider.start()) {
            provider.answer(Reply.calls(Call.of("current_weather", "{\"place\":\"Rome\"}")));
            provider.answer("It is sunny in Rome.");

            WeatherAgent agent = new WeatherAgent(provider.baseUrl());
            String answer = agent.ask("How is the weather in Rome?");

            assertThat(answer).isEqualTo("It is sunny in Rome.");
            JsonNode secondCall = provider.requests().get(1).json();
            assertThat(secondCall.at("/messages/2/content").asString()).contains("31 degrees");
            assertThat(provider.violations()).isEmpty();
        }
    }

    @Test
    void theReadmeShowsTheTestAboveLineByLine() throws IOException {
        List<String> readme = code(Files.readString(Path.of("README.md")));
        String here =
                Files.readString(Path.of("src/test/java/ai/robutler/testkit/ReadmeTest.java"));
        assertThat(readme).hasSizeGreaterThan(10);
        assertThat(here.lines().map(String::strip).filter(line -> !line.isEmpty()).toList())
                .containsSequence(readme);
    }

    /** The first block of Java. */
    private static List<String> code(String markdown) {
        String block = markdown.split("```java\n", 2)[1].split("```", 2)[0];
        return block.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
}
