package ai.robutler.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Skills that hold something, and skills whose tools change. */
class SkillLifecycleTest {
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    private final class Holding implements ToolSource, SkillLifecycle {
        private volatile List<AgentTool> tools = List.of();

        @Override
        public void start(Agent agent) {
            told.add("start " + agent.name());
        }

        @Override
        public List<AgentTool> tools() {
            return tools;
        }

        @Override
        public void close() {
            told.add("close");
        }
    }

    private static AgentTool tool(String name, AgentTool.Function function) {
        return new AgentTool(
                ToolDefinition.function(name, "Does it.", Json.object().put("type", "object")),
                Scope.ALL,
                Duration.ofSeconds(5),
                function);
    }

    private static AgentBuilder agent(ScriptedCompleter model) {
        return Agent.builder("holder").model("test/model", model);
    }

    @Test
    void theFirstRunStartsItOnceAndTheEndOfTheLastClosesIt() {
        Agent agent =
                agent(new ScriptedCompleter().text("one").text("two")).skill(new Holding()).build();
        assertThat(told).isEmpty();

        agent.run("hello");
        agent.run("hello");
        assertThat(told).containsExactly("start holder");

        agent.close();
        agent.close();
        assertThat(told).containsExactly("start holder", "close");
        assertThatThrownBy(() -> agent.run("hello")).isInstanceOf(UnavailableException.class);
    }

    @Test
    void whatWasNeverStartedIsNotClosed() {
        agent(new ScriptedCompleter()).skill(new Holding()).build().close();

        assertThat(told).isEmpty();
    }

    @Test
    void aRunThatGoesOnKeepsItOpen() throws InterruptedException {
        var running = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var skill = new Holding();
        skill.tools =
                List.of(
                        tool(
                                "wait",
                                (_, _) -> {
                                    running.countDown();
                                    goOn.await();
                                    return ToolResult.of("waited");
                                }));
        var model =
                new ScriptedCompleter()
                        .calls(ToolCall.function("call_1", "wait", "{}"))
                        .text("done");
        Agent agent = agent(model).skill(skill).build();
        var answer = new AtomicReference<String>();
        Thread run = Thread.ofVirtual().start(() -> answer.set(agent.run("wait").text()));
        running.await();

        agent.close();
        assertThat(told).containsExactly("start holder");

        goOn.countDown();
        run.join();
        assertThat(answer.get()).isEqualTo("done");
        assertThat(told).containsExactly("start holder", "close");
    }

    @Test
    void toolsOfASourceAreThoseOfTheMoment() {
        var skill = new Holding();
        Agent agent = agent(new ScriptedCompleter()).skill(skill).build();
        assertThat(agent.tools(Caller.anonymous())).isEmpty();

        skill.tools = List.of(tool("later", (_, _) -> ToolResult.of("there")));
        assertThat(agent.tools(Caller.anonymous()))
                .extracting(ToolDefinition::name)
                .containsExactly("later");
    }

    @Test
    void aToolOfASourceTakesNobodysName() {
        var skill = new Holding();
        skill.tools =
                List.of(
                        tool("mine", (_, _) -> ToolResult.of("the source's")),
                        tool("other", (_, _) -> ToolResult.of("first")),
                        tool("other", (_, _) -> ToolResult.of("second")));
        var model =
                new ScriptedCompleter()
                        .calls(ToolCall.function("call_1", "mine", "{}"))
                        .calls(ToolCall.function("call_2", "other", "{}"))
                        .text("done");
        Agent agent =
                agent(model)
                        .tool(tool("mine", (_, _) -> ToolResult.of("the agent's")))
                        .skill(skill)
                        .build();

        agent.run("go");

        assertThat(agent.tools(Caller.anonymous()))
                .extracting(ToolDefinition::name)
                .containsExactly("mine", "other");
        assertThat(model.requests.getLast().messages())
                .extracting(ChatMessage::text)
                .contains("the agent's", "first")
                .doesNotContain("the source's", "second");
    }
}
