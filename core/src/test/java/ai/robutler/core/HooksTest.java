package ai.robutler.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

class HooksTest {
    private final ScriptedCompleter model = new ScriptedCompleter();
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    private Agent agent(AgentHook... hooks) {
        var skills =
                new Skills(
                        List.of(),
                        List.of(TestTools.tool("here", (_, _) -> ToolResult.of("found"))),
                        List.of(hooks),
                        List.of(),
                        List.of(),
                        List.of());
        return new Agent(
                Agent.builder("tester").model("test/model", model),
                model,
                _ -> Optional.empty(),
                skills);
    }

    private static AgentHook hook(HookEvent event, int priority, AgentHook.Function function) {
        return new AgentHook(event, priority, Scope.ALL, function);
    }

    private AgentHook noting(HookEvent event) {
        return hook(event, 50, (_, _) -> seen.add(event.name()));
    }

    private static List<String> chunks(Agent agent) {
        var texts = new ArrayList<String>();
        try (ChatStream stream = agent.stream("Go")) {
            stream.forEach(chunk -> texts.add(chunk.text()));
        }
        return texts;
    }

    @Test
    void eventsComeInTheirOrder() {
        model.calls(ToolCall.function("a", "here", "{}")).text("Done");
        AgentHook[] all =
                Arrays.stream(HookEvent.values()).map(this::noting).toArray(AgentHook[]::new);
        agent(all).run("Go");
        assertThat(seen)
                .containsExactly(
                        "ON_CONNECTION",
                        "BEFORE_LLM_CALL",
                        "AFTER_LLM_CALL",
                        "BEFORE_TOOL_CALL",
                        "AFTER_TOOL_CALL",
                        "BEFORE_LLM_CALL",
                        "AFTER_LLM_CALL",
                        "ON_MESSAGE",
                        "FINALIZE_CONNECTION");
    }

    @Test
    void lowerPrioritiesRunFirst() {
        model.text("Hi");
        agent(
                        hook(HookEvent.ON_CONNECTION, 90, (_, _) -> seen.add("late")),
                        hook(HookEvent.ON_CONNECTION, 10, (_, _) -> seen.add("early")),
                        hook(HookEvent.ON_CONNECTION, 50, (_, _) -> seen.add("middle")))
                .run("Go");
        assertThat(seen).containsExactly("early", "middle", "late");
    }

    @ParameterizedTest
    @EnumSource(
            value = HookEvent.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"FINALIZE_CONNECTION", "ON_CHUNK"})
    void aHookThatThrowsStopsTheRunAndFinalizersRunOnce(HookEvent event) {
        model.calls(ToolCall.function("a", "here", "{}")).text("Done");
        Agent agent =
                agent(
                        hook(
                                event,
                                50,
                                (_, _) -> {
                                    throw new StoppedException(451, "not_here", "Not here.");
                                }),
                        hook(
                                HookEvent.FINALIZE_CONNECTION,
                                10,
                                (call, _) -> {
                                    seen.add(((HookCall.Finalize) call).outcome().name());
                                    throw new IllegalStateException("this one fails too");
                                }),
                        noting(HookEvent.FINALIZE_CONNECTION));
        assertThatThrownBy(() -> agent.run("Go"))
                .isInstanceOfSatisfying(
                        StoppedException.class, e -> assertThat(e.status()).isEqualTo(451));
        assertThat(seen).containsExactly("FAILED", "FINALIZE_CONNECTION");
    }

    @Test
    void whatAHookThrowsUnannouncedIsAnInternalErrorWithoutItsWords() {
        Agent agent =
                agent(
                        hook(
                                HookEvent.ON_CONNECTION,
                                50,
                                (_, _) -> {
                                    throw new IllegalStateException("password=1234");
                                }));
        assertThatThrownBy(() -> agent.run("Go"))
                .isInstanceOf(InternalException.class)
                .hasMessageNotContaining("1234");
    }

    @Test
    void aFinalizerThatThrowsFailsACompletedRun() {
        model.text("Hi");
        Agent agent =
                agent(
                        hook(
                                HookEvent.FINALIZE_CONNECTION,
                                50,
                                (_, _) -> {
                                    throw new IllegalStateException("not settled");
                                }));
        assertThatThrownBy(() -> agent.run("Go")).isInstanceOf(InternalException.class);
    }

    @Test
    void chunksCanBeChangedAndDropped() {
        model.text("one two secret four");
        Agent agent =
                agent(
                        hook(
                                HookEvent.ON_CHUNK,
                                50,
                                (call, _) -> {
                                    var chunk = (HookCall.Chunk) call;
                                    if (chunk.chunk().text().contains("s")) {
                                        chunk.drop();
                                    } else if (chunk.chunk().text().equals("one")) {
                                        chunk.replace(ChatChunk.text("ONE"));
                                    }
                                }));
        assertThat(chunks(agent)).contains("ONE").noneMatch(text -> text.contains("se"));
    }

    @Test
    void hooksOfAnotherScopeAreNotAsked() {
        model.text("Hi").text("Hi");
        var admins =
                new AgentHook(
                        HookEvent.ON_CONNECTION, 50, Scope.ADMIN, (_, _) -> seen.add("admin"));
        Agent agent = agent(admins);
        agent.run("Go");
        assertThat(seen).isEmpty();
        agent.run(Invocation.of(ChatRequest.of("Go")).withCaller(Caller.user("root", "admin")));
        assertThat(seen).containsExactly("admin");
    }

    @Test
    void requestCallsResultsAndAnswersCanBeReplaced() {
        model.calls(ToolCall.function("a", "here", "{}")).text("Done");
        Agent agent =
                agent(
                        hook(
                                HookEvent.ON_CONNECTION,
                                50,
                                (call, _) ->
                                        ((HookCall.Connection) call)
                                                .replace(ChatRequest.of("Replaced"))),
                        hook(
                                HookEvent.AFTER_TOOL_CALL,
                                50,
                                (call, _) ->
                                        ((HookCall.AfterTool) call)
                                                .replace(ToolResult.of("censored"))),
                        hook(
                                HookEvent.ON_MESSAGE,
                                50,
                                (call, _) ->
                                        ((HookCall.Message) call)
                                                .replace(ChatCompletion.text("Signed"))));
        assertThat(agent.run("Go").text()).isEqualTo("Signed");
        assertThat(model.requests.get(1).messages())
                .extracting(ChatMessage::text)
                .contains("Replaced", "censored")
                .doesNotContain("Go", "found");
    }

    @Test
    void theContextIsSeenInToolsAndHooksAndGoneAfterwards() {
        model.calls(ToolCall.function("a", "here", "{}")).text("Done");
        var key = RunContext.Key.of("note", String.class);
        Agent agent =
                agent(
                        hook(
                                HookEvent.ON_CONNECTION,
                                50,
                                (_, _) -> RunContext.current().attribute(key, "kept")),
                        hook(
                                HookEvent.AFTER_TOOL_CALL,
                                50,
                                (_, context) ->
                                        seen.add(
                                                context.attribute(key).orElseThrow()
                                                        + RunContext.current()
                                                                .usage()
                                                                .totalTokens())));
        agent.run("Go");
        assertThat(seen).containsExactly("kept15");
        assertThatThrownBy(RunContext::current).isInstanceOf(IllegalStateException.class);
    }
}
