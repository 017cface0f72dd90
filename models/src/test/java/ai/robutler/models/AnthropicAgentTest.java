package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.AgentTool;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.Json;
import ai.robutler.core.Scope;
import ai.robutler.core.ToolDefinition;
import ai.robutler.core.ToolResult;
import ai.robutler.testkit.Call;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.time.Duration;

/** A whole run: what the run loop keeps of a turn is what the provider needs to see again. */
class AnthropicAgentTest {
    private final ScriptedProvider server = ScriptedProvider.start();
    private final Wire.Provider anthropic = Wire.ANTHROPIC.at(server, "{\"cache\":\"auto\"}");

    @AfterEach
    void close() {
        anthropic.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void toolsRunAndThoughtsStay(boolean streamed) {
        server.answer(
                        Reply.text("Looking.")
                                .reasoning("Two places.")
                                .calls(
                                        Call.of("a", "weather", "{\"place\":\"Rome\"}"),
                                        Call.of("b", "weather", "{\"place\":\"Oslo\"}"))
                                .usage(100, 10))
                .answer(Reply.text("Rome is warmer.").reasoning("Easy.").usage(200, 20));
        Agent agent =
                Agent.builder("weather")
                        .instructions("Be brief.")
                        .model("anthropic/claude-haiku-4-5", anthropic.model())
                        .tool(weather())
                        .build();
        ChatRequest request =
                ChatRequest.of("Rome or Oslo?")
                        .with("reasoning_effort", Json.parse("\"low\""))
                        .with("stream_options", Json.parse("{\"include_usage\":true}"));
        String text;
        long total;
        if (streamed) {
            Whole whole = Whole.of(OpenAi.all(agent.stream(request)));
            text = whole.text();
            total = whole.usage().totalTokens();
        } else {
            ChatCompletion completion = agent.run(request);
            text = completion.text();
            total = completion.usage().totalTokens();
        }
        assertThat(text).endsWith("Rome is warmer.");
        assertThat(total).isEqualTo(330);
        assertThat(server.violations()).isEmpty();
        JsonNode second = server.requests().getLast().json();
        assertThat(second.at("/messages/1/content/0/thinking").asString()).isEqualTo("Two places.");
        assertThat(second.at("/messages/2/content/0/content").asString()).isEqualTo("Rome: 20");
        assertThat(second.at("/messages/2/content/1/content").asString()).isEqualTo("Oslo: 20");
        assertThat(second.at("/system/0/cache_control/type").asString()).isEqualTo("ephemeral");
        assertThat(second.at("/tools/0/cache_control/type").asString()).isEqualTo("ephemeral");
    }

    private static AgentTool weather() {
        return new AgentTool(
                ToolDefinition.function(
                        "weather",
                        "The weather somewhere",
                        Json.parseObject(
                                """
                                {"type":"object","properties":{"place":{"type":"string"}}}
                                """)),
                Scope.ALL,
                Duration.ofSeconds(5),
                (arguments, _) ->
                        ToolResult.of(
                                Json.parseObject(arguments).path("place").asString() + ": 20"));
    }
}
