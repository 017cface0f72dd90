package ai.robutler.core;

import static ai.robutler.core.TestTools.tool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class HandoffTest {
    private final ScriptedCompleter model = new ScriptedCompleter();
    private final ScriptedCompleter other = new ScriptedCompleter();

    /** Completes in the model's place. */
    public final class Local {
        @Handoff(description = "When it must be local.")
        public Completer local() {
            return other;
        }
    }

    private AgentBuilder agent() {
        return Agent.builder("first").model("test/model", model).instructions("Be first.");
    }

    private Agent expert() {
        return Agent.builder("expert").model("test/expert", other).build();
    }

    private static ToolCall call(String id, String name) {
        return ToolCall.function(id, name, "{}");
    }

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

    private static ChatRequest withTool(ChatRequest request) {
        return request.withTools(
                List.of(
                        ToolDefinition.function(
                                "theirs", "", Json.object().put("type", "object"))));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLocalCompleterTakesTheModelsPlaceWithItsTools(boolean streamed) {
        model.calls(call("a", "here"), call("b", "use_local"));
        other.calls(call("c", "here")).text("Locally done");
        Agent agent =
                agent().skill(new Local()).tool(tool("here", (_, _) -> ToolResult.of("x"))).build();
        assertThat(run(agent, ChatRequest.of("Go"), streamed).text()).isEqualTo("Locally done");
        List<ChatMessage> seen = other.requests.getFirst().messages();
        assertThat(seen)
                .extracting(message -> message.role() + message.toolCallId())
                .containsExactly("system", "user", "assistant", "toola", "toolb");
        assertThat(other.requests.get(1).messages().getLast().toolCallId()).isEqualTo("c");
        assertThat(model.requests).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientThatReturnsContinuesAtTheAgentThatAskedIt(boolean streamed) {
        model.calls(call("a", "use_expert"));
        other.calls(call("call_b", "theirs")).text("The expert is done");
        Agent agent = agent().handoff(expert()).build();
        ChatRequest request = withTool(ChatRequest.of("Go"));
        ChatCompletion first = run(agent, request, streamed);
        assertThat(first.finishReason()).isEqualTo("tool_calls");

        var messages = new ArrayList<>(request.messages());
        messages.add(first.message());
        messages.add(ChatMessage.tool("call_b", "a result"));
        ChatCompletion second = run(agent, request.withMessages(messages), streamed);
        assertThat(second.text()).isEqualTo("The expert is done");
        assertThat(model.requests).hasSize(1);
        assertThat(other.requests.get(1).messages().getLast().text()).isEqualTo("a result");

        messages.add(second.message());
        messages.add(ChatMessage.user("And now?"));
        model.text("The first again");
        assertThat(run(agent, request.withMessages(messages), streamed).text())
                .isEqualTo("The first again");
    }

    @Test
    void usageOfTheOtherAgentCounts() {
        model.calls(call("a", "use_expert"));
        other.text("Done");
        assertThat(agent().handoff(expert()).build().run("Go").usage().totalTokens()).isEqualTo(30);
    }

    @Test
    void nobodyHandsAConversationRound() {
        var agents = new ArrayList<Agent>();
        Agent second =
                Agent.builder("second")
                        .model("test/second", other)
                        .handoff("first", "", () -> Optional.of(agents.getFirst()))
                        .build();
        agents.add(agent().handoff(second).build());
        model.calls(call("a", "use_second"));
        other.text("I keep it");
        assertThat(agents.getFirst().run("Go").text()).isEqualTo("I keep it");
        assertThat(other.requests.getFirst().tools()).isEmpty();
    }

    @Test
    void anAgentThatIsNotThereOrDoesNotAdmitTheCallerIsNotOffered() {
        Agent closed =
                Agent.builder("closed").model("test/closed", other).scope(Scope.ADMIN).build();
        Agent agent = agent().handoff(closed).handoff("gone", "", Optional::empty).build();
        assertThat(agent.tools(Caller.anonymous())).isEmpty();
        assertThat(agent.tools(Caller.user("root", "admin")))
                .extracting(ToolDefinition::name)
                .containsExactly("use_closed");
    }
}
