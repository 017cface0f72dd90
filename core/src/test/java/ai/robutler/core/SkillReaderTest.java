package ai.robutler.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

@SuppressWarnings({"UnusedMethod", "UnusedVariable", "DoNotCallSuggester"})
class SkillReaderTest {
    private static final Agent AGENT =
            Agent.builder("tester").model("test/model", new ScriptedCompleter()).build();
    private static final RunContext CONTEXT =
            new RunContext(
                    AGENT,
                    Invocation.of(ChatRequest.of("hello")).withRequestId("req_1"),
                    Deadline.after(Duration.ofMinutes(1)));

    private static Skills read(Object skill) {
        return SkillReader.read("skill", skill);
    }

    private static AgentTool tool(Object skill, String name) {
        return read(skill).tools().stream()
                .filter(tool -> tool.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String call(Object skill, String name, String arguments) throws Exception {
        return tool(skill, name).function().call(arguments, CONTEXT).content();
    }

    record Day(LocalDate date, Optional<String> note) {}

    record Broken(int number) {
        @Override
        public int number() {
            throw new IllegalStateException("no number " + number);
        }
    }

    static final class Returns {
        private final CompletableFuture<String> never = new CompletableFuture<>();

        @Tool(description = "Text.")
        String text() {
            return "as \"it\" is";
        }

        @Tool(description = "Nothing.")
        void nothing() {}

        @Tool(description = "Null.")
        @Nullable String nullText() {
            return null;
        }

        @Tool(description = "A result.")
        ToolResult result() {
            return ToolResult.error("no luck");
        }

        @Tool(description = "A record.")
        Day day() {
            return new Day(LocalDate.of(2026, 1, 31), Optional.empty());
        }

        @Tool(description = "A number.")
        double number() {
            return 1.5;
        }

        @Tool(description = "A list.")
        List<String> list() {
            return List.of("a", "b");
        }

        @Tool(description = "Something.")
        Optional<String> some() {
            return Optional.of("some");
        }

        @Tool(description = "Nothing at all.")
        Optional<Day> none() {
            return Optional.empty();
        }

        @Tool(description = "Later.")
        CompletionStage<Optional<Day>> later() {
            return CompletableFuture.supplyAsync(this::day).thenApply(Optional::of);
        }

        @Tool(description = "Never.", timeoutSeconds = 1)
        CompletableFuture<String> never() {
            return never;
        }

        @Tool(description = "Later, badly.")
        CompletableFuture<String> laterFails() {
            return CompletableFuture.failedFuture(new IOException("the line is dead"));
        }

        @Tool(description = "Fails.")
        String fails() throws IOException {
            throw new IOException("the disk is full");
        }

        @Tool(description = "Cannot be JSON.")
        Object unspeakable() {
            return new Broken(1);
        }
    }

    @Test
    void givesTheModelWhatAToolReturns() throws Exception {
        var skill = new Returns();
        assertThat(call(skill, "text", "")).isEqualTo("as \"it\" is");
        assertThat(call(skill, "nothing", "{}")).isEqualTo("done");
        assertThat(call(skill, "null_text", "{}")).isEqualTo("done");
        assertThat(call(skill, "day", "{}")).isEqualTo("{\"date\":\"2026-01-31\",\"note\":null}");
        assertThat(call(skill, "number", "{}")).isEqualTo("1.5");
        assertThat(call(skill, "list", "{}")).isEqualTo("[\"a\",\"b\"]");
        assertThat(call(skill, "some", "{}")).isEqualTo("some");
        assertThat(call(skill, "none", "{}")).isEqualTo("done");
        assertThat(call(skill, "later", "{}")).contains("2026-01-31");
        assertThat(tool(skill, "result").function().call("", CONTEXT))
                .isEqualTo(ToolResult.error("no luck"));
    }

    @Test
    void letsOutWhatAToolThrows() {
        var skill = new Returns();
        assertThatThrownBy(() -> call(skill, "fails", ""))
                .isInstanceOf(IOException.class)
                .hasMessage("the disk is full");
        assertThatThrownBy(() -> call(skill, "later_fails", ""))
                .isInstanceOf(IOException.class)
                .hasMessage("the line is dead");
        assertThatThrownBy(() -> call(skill, "unspeakable", ""))
                .hasMessage("the result cannot be written as JSON");
    }

    @Test
    @Timeout(10)
    void waitsForAStageNoLongerThanTheToolMay() {
        var skill = new Returns();
        assertThatThrownBy(() -> call(skill, "never", ""))
                .isInstanceOf(TimeoutException.class)
                .hasMessage("no answer within 1 s");
        assertThat(skill.never).isCancelled();
    }

    interface Greets {
        @Tool(description = "Greets.")
        default String greet(@Param("whom") String name) {
            return "Hello, " + name;
        }

        @Tool(description = "Parts.")
        String part();
    }

    abstract static class Shelf<T> {
        @Tool(description = "Puts a thing on the shelf.", scope = "user", timeoutSeconds = 5)
        String put(T thing) {
            return "put " + thing;
        }

        @Tool(description = "Counts.")
        private int count() {
            return 7;
        }

        @Tool(description = "Overridden.")
        String over() {
            return "parent";
        }
    }

    static final class DayShelf extends Shelf<Day> implements Greets {
        @Override
        public String part() {
            return "Bye";
        }

        @Override
        String over() {
            return "child";
        }

        @Tool(description = "Static.")
        static String fixed(RunContext context, int... numbers) {
            return context.requestId() + " " + numbers.length;
        }
    }

    @Test
    void findsPrivateStaticInheritedAndInterfaceMethods() throws Exception {
        var skill = new DayShelf();
        assertThat(read(skill).tools().stream().map(AgentTool::name))
                .containsExactlyInAnyOrder("fixed", "put", "count", "over", "greet", "part");
        assertThat(call(skill, "fixed", "{\"numbers\":[1,2]}")).isEqualTo("req_1 2");
        assertThat(call(skill, "count", "")).isEqualTo("7");
        assertThat(call(skill, "over", "")).isEqualTo("child");
        assertThat(call(skill, "part", "")).isEqualTo("Bye");
        assertThat(call(skill, "greet", "{\"name\":\"Ada\"}")).isEqualTo("Hello, Ada");
        assertThat(call(skill, "put", "{\"thing\":{\"date\":\"2026-01-31\"}}"))
                .isEqualTo("put Day[date=2026-01-31, note=Optional.empty]");
    }

    static final class Overrides extends Shelf<Day> {
        @Override
        @Tool(name = "store", description = "Mine.")
        String put(Day thing) {
            return "stored";
        }
    }

    @Test
    void takesAnOverridingMethodsOwnAnnotationOnce() throws Exception {
        assertThat(read(new Overrides()).tools().stream().map(AgentTool::name))
                .containsExactlyInAnyOrder("store", "count", "over");
        assertThat(call(new Overrides(), "store", "{\"thing\":{\"date\":\"2026-01-31\"}}"))
                .isEqualTo("stored");
    }

    @Test
    void keepsNameScopeTimeoutAndDescription() {
        AgentTool put = tool(new DayShelf(), "put");
        assertThat(put.scope()).isEqualTo(Scope.USER);
        assertThat(put.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(put.definition().description()).isEqualTo("Puts a thing on the shelf.");
        assertThat(tool(new DayShelf(), "greet").definition().parameters().toString())
                .isEqualTo(
                        """
                        {"type":"object","properties":{"name":{"type":"string",\
                        "description":"whom"}},"required":["name"],"additionalProperties":false}""");
    }

    @Test
    void readsAnonymousClasses() throws Exception {
        var skill =
                new Object() {
                    @Tool(description = "Doubles.")
                    int twice(int number) {
                        return 2 * number;
                    }
                };
        assertThat(call(skill, "twice", "{\"number\":21}")).isEqualTo("42");
    }

    @Test
    void runsInAnAgent() {
        var model = new ScriptedCompleter();
        model.calls(ToolCall.function("c1", "greet", "{\"nam\":\"Ada\"}"))
                .calls(ToolCall.function("c2", "greet", "{\"name\":\"Ada\"}"))
                .text("Greeted.");
        var agent = Agent.builder("tester").model("test/m", model).skill(new DayShelf()).build();

        assertThat(agent.run("Greet Ada").text()).isEqualTo("Greeted.");
        assertThat(agent.skillNames()).containsExactly("day_shelf");
        assertThat(model.requests.get(1).messages().getLast().text())
                .isEqualTo(
                        "Error: argument 'name' is missing: give a string; argument 'nam' is not"
                                + " known; known arguments: name (required)");
        assertThat(model.requests.get(2).messages().getLast().text()).isEqualTo("Hello, Ada");
    }

    static final class Hooks {
        private String seen = "";

        @Hook(value = HookEvent.ON_CONNECTION, priority = 60, scope = "admin")
        void late(HookCall.Connection call, RunContext context) {
            seen += context.requestId() + call.request().messages().getFirst().text();
        }

        @Hook(value = HookEvent.ON_CONNECTION, priority = 10)
        void early(HookCall call) {
            seen += call.getClass().getSimpleName();
        }

        @Hook(HookEvent.FINALIZE_CONNECTION)
        void end() throws IOException {
            throw new IOException("no end");
        }

        @Prompt(priority = 20, scope = "user")
        String caller(RunContext context) {
            return "Request " + context.requestId();
        }

        @Prompt(priority = 10)
        @Nullable String silent() {
            return null;
        }
    }

    @Test
    void readsHooksAndPromptsInTheirOrder() throws Exception {
        var skill = new Hooks();
        Skills skills = read(skill);
        var call = new HookCall.Connection(ChatRequest.of("hi"));
        for (AgentHook hook : skills.hooks().subList(0, 1)) {
            hook.function().call(call, CONTEXT);
        }
        assertThat(skill.seen).isEqualTo("Connection");
        AgentHook late = skills.hooks().getLast();
        late.function().call(call, CONTEXT);
        assertThat(skill.seen).isEqualTo("Connectionreq_1hi");
        assertThat(late.scope()).isEqualTo(Scope.ADMIN);
        assertThatThrownBy(() -> skills.hooks().get(1).function().call(call, CONTEXT))
                .isInstanceOf(IOException.class);
        assertThat(skills.prompts().getFirst().function().text(CONTEXT)).isEmpty();
        assertThat(skills.prompts().getLast().function().text(CONTEXT)).isEqualTo("Request req_1");
    }

    static final class Bad {
        record None() {}

        record Unknown() {
            @Tool(description = "x")
            void bad(Thread thread) {}
        }

        record Name() {
            @Tool(name = "no spaces", description = "x")
            void bad() {}
        }

        record ScopeName() {
            @Tool(description = "x", scope = "No Scope")
            void bad() {}
        }

        record Timeout() {
            @Tool(description = "x", timeoutSeconds = 0)
            void bad() {}
        }

        record Silent() {
            @Tool(description = " ")
            void bad() {}
        }

        record Twice() {
            @Tool(name = "same", description = "x")
            void bad() {}

            @Tool(name = "same", description = "x")
            void good() {}
        }

        record Overload() {
            @Tool(description = "x")
            void bad(int a) {}

            @Tool(description = "x")
            void bad(String a) {}
        }

        record HandoffTwice() {
            @Tool(name = "use_bad", description = "x")
            void tool() {}

            @Handoff(description = "x")
            String bad(ChatRequest request) {
                return "";
            }
        }

        record HookParameter() {
            @Hook(HookEvent.ON_MESSAGE)
            void bad(HookCall.Chunk chunk) {}
        }

        record HookTwice() {
            @Hook(HookEvent.ON_MESSAGE)
            void bad(HookCall.Message a, HookCall b) {}
        }

        record HookReturns() {
            @Hook(HookEvent.ON_MESSAGE)
            String bad() {
                return "";
            }
        }

        record PromptParameter() {
            @Prompt
            String bad(String text) {
                return text;
            }
        }

        record PromptReturns() {
            @Prompt
            int bad() {
                return 1;
            }
        }

        record HandoffParameter() {
            @Handoff(description = "x")
            String bad(String text) {
                return text;
            }
        }

        record HandoffReturns() {
            @Handoff(description = "x")
            int bad(ChatRequest request) {
                return 1;
            }
        }

        record Verb() {
            @HttpEndpoint(path = "/a", method = "FETCH")
            void bad() {}
        }

        record Path() {
            @HttpEndpoint(path = "a")
            void bad() {}
        }

        record Variable() {
            @HttpEndpoint(path = "/a/{id}")
            void bad(String name) {}
        }

        record HalfVariable() {
            @HttpEndpoint(path = "/a/x{id}")
            void bad(String id) {}
        }

        record Route() {
            @HttpEndpoint(path = "/a/{x}")
            void bad(String x) {}

            @HttpEndpoint(path = "/a/{y}")
            void good(String y) {}
        }

        record Bodies() {
            @HttpEndpoint(path = "/a", method = "POST")
            void bad(@HttpEndpoint.Body String a, @HttpEndpoint.Body String b) {}
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Bad.Unknown.class,
                Bad.Name.class,
                Bad.ScopeName.class,
                Bad.Timeout.class,
                Bad.Silent.class,
                Bad.Twice.class,
                Bad.Overload.class,
                Bad.HandoffTwice.class,
                Bad.HookParameter.class,
                Bad.HookTwice.class,
                Bad.HookReturns.class,
                Bad.PromptParameter.class,
                Bad.PromptReturns.class,
                Bad.HandoffParameter.class,
                Bad.HandoffReturns.class,
                Bad.Verb.class,
                Bad.Path.class,
                Bad.Variable.class,
                Bad.HalfVariable.class,
                Bad.Route.class,
                Bad.Bodies.class,
            })
    void refusesBadSkillsNamingClassAndMethod(Class<?> type) throws Exception {
        Object skill = type.getDeclaredConstructor().newInstance();
        assertThatThrownBy(() -> read(skill))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(type.getName() + ".")
                .hasMessageMatching("@\\w+ \\S+\\.(bad|good): .{10,}");
    }

    @Test
    void namesTheParameterThatCannotBe() {
        assertThatThrownBy(() -> read(new Bad.Unknown()))
                .hasMessageContaining(
                        "bad: parameter 'thread': the type java.lang.Thread has no JSON Schema");
        assertThatThrownBy(() -> read(new Bad.HookParameter()))
                .hasMessageContaining("parameter 'chunk' does not fit")
                .hasMessageContaining("HookCall.Message");
    }

    @Test
    void refusesASkillWithoutAnnotatedMethods() {
        assertThatThrownBy(() -> read(new Bad.None()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no skill");
    }
}
