package ai.robutler.core;

import static ai.robutler.core.TestTools.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

class AgentLimitsTest {
    private final ScriptedCompleter model = new ScriptedCompleter();
    private final AtomicInteger ran = new AtomicInteger();

    private AgentBuilder agent() {
        return Agent.builder("tester")
                .model("test/model", model)
                .tool(tool("count", (_, _) -> ToolResult.of("number " + ran.incrementAndGet())));
    }

    private static ToolCall call(int number) {
        return ToolCall.function("call" + number, "count", "{\"n\":" + number + "}");
    }

    private String toolChoice(int request) {
        JsonNode choice = model.requests.get(request).field("tool_choice");
        return choice.isMissingNode() ? "" : Json.write(choice);
    }

    @Test
    void callsBeyondTheLimitAreNotMade() {
        model.calls(call(1), call(2), call(3)).text("Two will do");
        Agent agent = agent().limits(Limits.DEFAULT.withToolCalls(2)).build();
        assertThat(agent.run("Go").text()).isEqualTo("Two will do");
        assertThat(ran).hasValue(2);
        assertThat(model.requests.get(1).messages().getLast().text()).contains("limit of 2");
        assertThat(toolChoice(1)).isEqualTo("\"none\"");
    }

    @Test
    void whenTimeIsOverTheModelIsAskedForItsAnswer() {
        model.calls(ToolCall.function("a", "wait", "{}")).text("Too late for more");
        Agent agent =
                agent().limits(Limits.DEFAULT.withTime(Duration.ofMillis(50)))
                        .tool(
                                tool(
                                        "wait",
                                        (_, _) -> {
                                            Thread.sleep(Duration.ofMinutes(1));
                                            return ToolResult.of("never");
                                        }))
                        .build();
        assertThat(agent.run("Go").text()).isEqualTo("Too late for more");
        assertThat(model.requests.get(1).messages().getLast().text())
                .contains("did not answer within the time of this run");
        assertThat(toolChoice(1)).isEqualTo("\"none\"");
    }

    @Test
    void aToolThatDoesNotAnswerInTimeIsAResultToo() {
        model.calls(ToolCall.function("a", "wait", "{}"), call(1)).text("Never mind");
        var slow =
                new AgentTool(
                        tool("wait", (_, _) -> ToolResult.of("")).definition(),
                        Scope.ALL,
                        Duration.ofMillis(20),
                        (_, _) -> {
                            Thread.sleep(Duration.ofMinutes(1));
                            return ToolResult.of("never");
                        });
        assertThat(agent().tool(slow).build().run("Go").text()).isEqualTo("Never mind");
        List<ChatMessage> messages = model.requests.get(1).messages();
        assertThat(messages.get(2).text()).isEqualTo("Error: wait did not answer within 20 ms");
        assertThat(messages.get(3).text()).isEqualTo("number 1");
    }

    @Test
    void aModelThatCallsAlthoughItMayNotGaveNoAnswer() {
        model.calls(call(1)).calls(call(2));
        ChatCompletion answer = agent().limits(Limits.DEFAULT.withTurns(1)).build().run("Go");
        assertThat(answer.finishReason()).isEqualTo("length");
        assertThat(answer.message().toolCalls()).isEmpty();
        assertThat(ran).hasValue(1);
    }

    @Test
    void aCallCutOffByLengthIsNotMade() {
        var message =
                ChatMessage.assistant("I will")
                        .withToolCalls(List.of(ToolCall.function("a", "count", "{\"n\": ")));
        model.answer(ChatCompletion.of(message, "length"));
        ChatCompletion answer = agent().build().run("Go");
        assertThat(answer.finishReason()).isEqualTo("length");
        assertThat(answer.text()).isEqualTo("I will");
        assertThat(ran).hasValue(0);
    }

    @Test
    void aForcedToolIsForcedOnce() {
        model.calls(call(1)).text("Done");
        ChatRequest request =
                ChatRequest.of("Go")
                        .with(
                                "tool_choice",
                                Json.parse(
                                        "{\"type\":\"function\",\"function\":{\"name\":\"count\"}}"));
        assertThat(agent().build().run(request).text()).isEqualTo("Done");
        assertThat(toolChoice(0)).contains("count");
        assertThat(toolChoice(1)).isEmpty();
    }

    @Test
    void severalAnswersNeedAnAgentWithoutTools() {
        ChatRequest request = ChatRequest.of("Go").with("n", Json.parse("2"));
        assertThatThrownBy(() -> agent().build().run(request))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.param()).isEqualTo("n"));
    }

    @Test
    void runsOfOneAgentDoNotMix() {
        for (int i = 0; i < 5; i++) {
            model.text("Answer " + i);
        }
        Agent agent = agent().build();
        for (int i = 0; i < 5; i++) {
            assertThat(agent.run("Go").text()).isEqualTo("Answer " + i);
        }
        assertThat(model.requests).allSatisfy(request -> assertThat(request.messages()).hasSize(1));
    }
}
