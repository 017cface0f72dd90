package ai.robutler.core;

import static ai.robutler.core.TestTools.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

class RunTest {
    private final ScriptedCompleter model = new ScriptedCompleter();

    private AgentBuilder agent() {
        return Agent.builder("tester").model("test/model", model).instructions("Be brief.");
    }

    private static ToolCall call(String id, String name) {
        return ToolCall.function(id, name, "{\"id\": \"" + id + "\"}");
    }

    private static ChatRequest withTools(ChatRequest request, String... names) {
        var tools = new ArrayList<ToolDefinition>();
        for (String name : names) {
            tools.add(ToolDefinition.function(name, "", Json.object().put("type", "object")));
        }
        return request.withTools(tools);
    }

    /** Runs it both ways; a stream is put together again, so that both can be held to the same. */
    private static ChatCompletion run(Agent agent, ChatRequest request, boolean streamed) {
        if (!streamed) {
            return agent.run(request);
        }
        var whole = new TurnAssembler(_ -> true);
        try (ChatStream stream = agent.stream(request)) {
            stream.forEach(whole::accept);
        }
        return whole.completion();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAnswerBearsTheAgentsName(boolean streamed) {
        model.text("Hello there");
        ChatCompletion answer = run(agent().build(), ChatRequest.of("Hi"), streamed);
        assertThat(answer.text()).isEqualTo("Hello there");
        assertThat(answer.finishReason()).isEqualTo("stop");
        assertThat(answer.json().path("model").stringValue()).isEqualTo("tester");
        assertThat(answer.id()).startsWith("chatcmpl-");
        assertThat(model.requests.getFirst().messages())
                .extracting(ChatMessage::role)
                .containsExactly("system", "user");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void resultsOfToolsGoBackToTheModelInItsOwnOrder(boolean streamed) {
        model.calls("Let me see.", call("a", "slow"), call("b", "fast")).text("Done");
        Agent agent =
                agent().tool(
                                tool(
                                        "slow",
                                        (arguments, _) -> {
                                            Thread.sleep(30);
                                            return ToolResult.of("slow " + arguments);
                                        }))
                        .tool(tool("fast", (_, _) -> ToolResult.of("quick")))
                        .build();
        ChatCompletion answer = run(agent, ChatRequest.of("Go"), streamed);
        assertThat(answer.text()).isEqualTo("Let me see.\n\nDone");
        assertThat(answer.message().toolCalls()).isEmpty();
        List<ChatMessage> second = model.requests.get(1).messages();
        assertThat(second).hasSize(5);
        assertThat(second.get(2).toolCalls()).extracting(ToolCall::id).containsExactly("a", "b");
        assertThat(second.get(3).toolCallId()).isEqualTo("a");
        assertThat(second.get(3).text()).isEqualTo("slow {\"id\": \"a\"}");
        assertThat(second.get(4).text()).isEqualTo("quick");
        if (!streamed) {
            assertThat(answer.usage().totalTokens()).isEqualTo(30);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMixedTurnIsWholeAgainWhenTheClientReturns(boolean streamed) {
        model.calls(call("a", "here"))
                .calls(call("b", "theirs"), call("c", "here"), call("d", "also_theirs"))
                .text("All done");
        Agent agent =
                agent().tool(tool("here", (arguments, _) -> ToolResult.of(arguments))).build();
        ChatRequest request = withTools(ChatRequest.of("Go"), "theirs", "also_theirs");
        ChatCompletion first = run(agent, request, streamed);
        assertThat(first.finishReason()).isEqualTo("tool_calls");
        assertThat(first.message().toolCalls())
                .extracting(ToolCall::name)
                .containsExactly("theirs", "also_theirs");

        var messages = new ArrayList<>(request.messages());
        messages.add(first.message());
        messages.add(ChatMessage.tool("d", "client d"));
        messages.add(ChatMessage.tool("b", "client b"));
        ChatCompletion second = run(agent, request.withMessages(messages), streamed);
        assertThat(second.text()).isEqualTo("All done");
        assertThat(model.requests.get(2).messages())
                .extracting(message -> message.role() + message.toolCallId())
                .containsExactly(
                        "system",
                        "user",
                        "assistant",
                        "toola",
                        "assistant",
                        "toolb",
                        "toolc",
                        "toold");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAToolDoesWrongIsAResultForTheModel(boolean streamed) {
        model.calls(call("a", "broken"), call("b", "invented")).text("Sorry");
        Agent agent =
                agent().tool(
                                tool(
                                        "broken",
                                        (_, _) -> {
                                            throw new IllegalStateException("no luck today");
                                        }))
                        .build();
        assertThat(run(agent, ChatRequest.of("Go"), streamed).text()).isEqualTo("Sorry");
        List<ChatMessage> second = model.requests.get(1).messages();
        assertThat(second.get(3).text()).isEqualTo("Error: no luck today");
        assertThat(second.get(4).text()).contains("no tool 'invented'").contains("broken");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void atTheLimitTheModelIsAskedOnceMoreWithToolsOff(boolean streamed) {
        model.calls(call("a", "here")).calls(call("b", "here")).text("That is all");
        Agent agent =
                agent().limits(Limits.DEFAULT.withTurns(2))
                        .tool(tool("here", (_, _) -> ToolResult.of("more")))
                        .build();
        assertThat(run(agent, ChatRequest.of("Go"), streamed).text()).isEqualTo("That is all");
        assertThat(model.requests.get(2).field("tool_choice").asString()).isEqualTo("none");
        assertThat(model.requests.get(1).field("tool_choice").isMissingNode()).isTrue();
    }

    @Test
    void theSameCallThreeTimesInARowIsALoop() {
        model.calls(ToolCall.function("1", "here", "{\"x\":1}"))
                .calls(ToolCall.function("2", "here", "{ \"x\": 1 }"))
                .calls(ToolCall.function("3", "here", "{\"x\":1}"))
                .text("Stuck");
        Agent agent = agent().tool(tool("here", (_, _) -> ToolResult.of("same"))).build();
        assertThat(agent.run("Go").text()).isEqualTo("Stuck");
        assertThat(model.requests.get(3).field("tool_choice").asString()).isEqualTo("none");
    }

    @Test
    void anotherAgentGoesOnInTheSameStream() {
        var expert = new ScriptedCompleter().text("I am the expert");
        Agent other =
                Agent.builder("expert").model("test/expert", expert).instructions("Know.").build();
        model.calls("One moment.", call("a", "use_expert"), call("b", "here"));
        Agent agent =
                agent().handoff(other).tool(tool("here", (_, _) -> ToolResult.of("found"))).build();
        var ids = new ArrayList<String>();
        var text = new StringBuilder();
        try (ChatStream stream = agent.stream(ChatRequest.of("Go"))) {
            for (ChatChunk chunk : stream) {
                ids.add(chunk.json().path("id").stringValue());
                text.append(chunk.text());
            }
        }
        assertThat(ids).containsOnly(ids.getFirst());
        assertThat(text).hasToString("One moment.\n\nI am the expert");
        assertThat(expert.requests.getFirst().messages())
                .extracting(ChatMessage::text)
                .contains("Know.", "found")
                .doesNotContain("Be brief.");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void afterExpiryTheConversationIsSoundWithoutTheAgentsPart(boolean streamed) {
        model.calls(call("b", "theirs"), call("c", "here")).text("Still fine");
        Continuations forgetful = new InMemoryContinuations(10, 1_000_000, Duration.ofNanos(1));
        Agent agent =
                agent().continuations(forgetful)
                        .tool(tool("here", (_, _) -> ToolResult.of("x")))
                        .build();
        ChatRequest request = withTools(ChatRequest.of("Go"), "theirs");
        var messages = new ArrayList<>(request.messages());
        messages.add(run(agent, request, streamed).message());
        messages.add(ChatMessage.tool("b", "client b"));
        assertThat(run(agent, request.withMessages(messages), streamed).text())
                .isEqualTo("Still fine");
        assertThat(model.requests.get(1).messages())
                .extracting(message -> message.role() + message.toolCallId())
                .containsExactly("system", "user", "assistant", "toolb");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void deprecatedFunctionsBecomeToolsBesideTheAgentsOwn(boolean streamed) {
        model.calls(ToolCall.function("a", "theirs", "{\"x\":1}")).text("Done");
        Agent agent = agent().tool(tool("here", (_, _) -> ToolResult.of("x"))).build();
        ObjectNode function = Json.object().put("name", "theirs");
        ChatRequest request = ChatRequest.of("Go").with("functions", Json.array(function));
        ChatCompletion first = run(agent, request, streamed);
        assertThat(first.finishReason()).isEqualTo("function_call");
        assertThat(first.message().json().at("/function_call/arguments").asString())
                .isEqualTo("{\"x\":1}");
        assertThat(first.message().toolCalls()).isEmpty();
        assertThat(model.requests.getFirst().tools())
                .extracting(ToolDefinition::name)
                .containsExactly("here", "theirs");

        var messages = new ArrayList<>(request.messages());
        messages.add(first.message());
        messages.add(
                new ChatMessage(
                        Json.object()
                                .put("role", "function")
                                .put("name", "theirs")
                                .put("content", "42")));
        assertThat(run(agent, request.withMessages(messages), streamed).text()).isEqualTo("Done");
        ChatMessage result = model.requests.get(1).messages().getLast();
        assertThat(result.role()).isEqualTo("tool");
        assertThat(result.toolCallId())
                .isEqualTo(model.requests.get(1).messages().get(2).toolCalls().getFirst().id());
    }

    @Test
    void aToolOfTheRequestCannotShadowTheAgents() {
        Agent agent = agent().tool(tool("here", (_, _) -> ToolResult.of("x"))).build();
        assertThatThrownBy(() -> agent.run(withTools(ChatRequest.of("Go"), "here")))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.code()).isEqualTo("tool_name_conflict"));
    }

    @Test
    void anInterruptEndsTheRunAndItsTools() throws Exception {
        model.calls(call("a", "hang"));
        var entered = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        Agent agent =
                agent().tool(
                                tool(
                                        "hang",
                                        (_, _) -> {
                                            entered.countDown();
                                            try {
                                                Thread.sleep(Duration.ofMinutes(1));
                                            } catch (InterruptedException e) {
                                                interrupted.countDown();
                                                throw e;
                                            }
                                            return ToolResult.of("never");
                                        }))
                        .build();
        ChatStream stream = agent.stream(ChatRequest.of("Go"));
        var chunks = new FutureTask<Long>(() -> stream.iterator().hasNext() ? drain(stream) : 0L);
        Thread.ofVirtual().start(chunks);
        assertThat(entered.await(5, TimeUnit.SECONDS)).isTrue();
        stream.close();
        assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(chunks.get(5, TimeUnit.SECONDS)).isPositive();
    }

    private static long drain(ChatStream stream) {
        long count = 0;
        for (ChatChunk _ : stream) {
            count++;
        }
        return count;
    }
}
