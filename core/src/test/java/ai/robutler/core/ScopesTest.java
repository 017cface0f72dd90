package ai.robutler.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import tools.jackson.databind.node.MissingNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who may do what, wherever a scope is promised to hold. */
class ScopesTest {
    private static final List<String> SCOPES =
            List.of("all", "user", "owner", "admin", "vip", "nobody-has-this");

    /** Callers, and the scopes that they hold at an agent of alice's. */
    // Both fields hold immutable values, under interfaces that do not say so.
    @SuppressWarnings("ImmutableEnumChecker")
    enum Who {
        ANONYMOUS(Caller.anonymous(), "all"),
        USER(Caller.user("bob"), "all", "user"),
        OWNER(Caller.user("alice"), "all", "user", "owner"),
        ADMIN(Caller.user("root", "admin"), "all", "user", "owner", "admin"),
        CUSTOM(Caller.user("carl", "vip"), "all", "user", "vip"),
        CLAIMS_TO_OWN(Caller.user("eve", "owner", "user", "all"), "all", "user"),
        AGENT_FOR_OWNER(acting("alice"), "all", "user"),
        AGENT_FOR_ADMIN(acting("root", "admin"), "all", "user"),
        AGENT_WITH_SCOPE(acting("carl", "vip"), "all", "user", "vip");

        private final Caller caller;
        private final Set<String> holds;

        Who(Caller caller, String... holds) {
            this.caller = caller;
            this.holds = Set.of(holds);
        }

        private static Caller acting(String user, String... scopes) {
            return new Caller.User(
                    user,
                    Set.of(scopes),
                    new Credential("assertion", "helper", Set.of(), List.of()));
        }

        private List<String> held() {
            return SCOPES.stream().filter(holds::contains).toList();
        }
    }

    private final ScriptedCompleter script = new ScriptedCompleter();
    private final List<String> ran = new CopyOnWriteArrayList<>();

    private static Invocation by(Who who) {
        return Invocation.of(ChatRequest.of("Go")).withCaller(who.caller);
    }

    private static String name(String scope) {
        return scope.replace('-', '_');
    }

    private AgentTool tool(String scope) {
        return new AgentTool(
                ToolDefinition.function(
                        name(scope), "A tool.", Json.object().put("type", "object")),
                new Scope(scope),
                Duration.ofSeconds(5),
                (_, _) -> {
                    ran.add(scope);
                    return ToolResult.of("ran");
                });
    }

    private AgentHook hook(String scope, HookEvent event) {
        return new AgentHook(event, 50, new Scope(scope), (_, _) -> ran.add(scope));
    }

    private AgentHandoff handoff(String scope, Completer to) {
        return new AgentHandoff(
                name(scope), "Go there.", new Scope(scope), new AgentHandoff.Target.Local(to));
    }

    private AgentEndpoint endpoint(String scope) {
        return new AgentEndpoint(
                "GET",
                "/" + scope,
                new Scope(scope),
                "",
                (_, _) -> {
                    ran.add(scope);
                    return EndpointReply.text("ran");
                });
    }

    private Agent agent(Scope scope, Skills skills) {
        return new Agent(
                Agent.builder("tester").model("test/model", script).owner("alice").scope(scope),
                script,
                _ -> Optional.empty(),
                skills);
    }

    private Agent agent(Skills skills) {
        return agent(Scope.ALL, skills);
    }

    private static Skills tools(List<AgentTool> tools) {
        return new Skills(List.of(), tools, List.of(), List.of(), List.of(), List.of());
    }

    private static void requireDenied(Who who, Runnable call) {
        ApiException denied = catchThrowableOfType(ApiException.class, call::run);
        boolean anonymous = who == Who.ANONYMOUS;
        assertThat(denied.status()).isEqualTo(anonymous ? 401 : 403);
        assertThat(denied.headers().containsKey("WWW-Authenticate")).isEqualTo(anonymous);
    }

    @ParameterizedTest
    @EnumSource(Who.class)
    void anAgent(Who who) {
        for (String scope : SCOPES) {
            Agent agent = agent(new Scope(scope), Skills.NONE);
            assertThat(agent.admits(who.caller)).as(scope).isEqualTo(who.holds.contains(scope));
            int calls = script.requests.size();
            if (agent.admits(who.caller)) {
                script.text("Hello").text("Hello");
                assertThat(agent.run(by(who)).text()).isEqualTo("Hello");
                agent.stream(by(who), _ -> {});
            } else {
                requireDenied(who, () -> agent.run(by(who)));
                requireDenied(who, () -> agent.stream(by(who), _ -> {}));
                assertThat(script.requests).hasSize(calls);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Who.class)
    void aToolWhenItIsListed(Who who) {
        script.text("Hello");
        Agent agent = agent(tools(SCOPES.stream().map(this::tool).toList()));
        List<String> held = who.held().stream().map(ScopesTest::name).toList();
        assertThat(agent.tools(who.caller)).extracting(ToolDefinition::name).isEqualTo(held);
        agent.run(by(who));
        assertThat(script.requests.getFirst().tools())
                .extracting(ToolDefinition::name)
                .isEqualTo(held);
    }

    /** A model may call what it was never told of. */
    @ParameterizedTest
    @EnumSource(Who.class)
    void aToolWhenItIsCalled(Who who) {
        List<ToolCall> calls = new ArrayList<>();
        SCOPES.forEach(scope -> calls.add(ToolCall.function("c-" + scope, name(scope), "{}")));
        script.calls(calls.toArray(ToolCall[]::new)).text("Done");
        agent(tools(SCOPES.stream().map(this::tool).toList())).run(by(who));
        assertThat(ran).containsExactlyInAnyOrderElementsOf(who.held());
        List<ChatMessage> messages = script.requests.getLast().messages();
        for (ChatMessage result :
                messages.subList(messages.size() - SCOPES.size(), messages.size())) {
            boolean held = who.holds.contains(result.toolCallId().substring(2));
            assertThat(result.text().equals("ran")).as(result.toolCallId()).isEqualTo(held);
        }
    }

    /** Whatever was listed: the last word is at the call. */
    @ParameterizedTest
    @EnumSource(Who.class)
    void aToolAtTheMomentOfItsCall(Who who) {
        Agent agent = agent(tools(SCOPES.stream().map(this::tool).toList()));
        var context = new RunContext(agent, by(who), Deadline.after(Duration.ofSeconds(20)));
        var calls = new ToolCalls(context, new HookChain(agent, context), RunListener.NONE);
        for (AgentTool tool : agent.skills().tools()) {
            ToolCall call = ToolCall.function("c", tool.name(), "{}");
            ToolResult result = calls.run(List.of(new ToolCalls.Job(call, tool))).getFirst();
            assertThat(result.isError()).isEqualTo(!who.holds.contains(tool.scope().name()));
        }
        assertThat(ran).isEqualTo(who.held());
    }

    @ParameterizedTest
    @EnumSource(Who.class)
    void aPrompt(Who who) {
        script.text("Hello");
        List<AgentPrompt> prompts = new ArrayList<>();
        for (String scope : SCOPES) {
            prompts.add(new AgentPrompt(50, new Scope(scope), _ -> "<" + scope + ">"));
        }
        agent(new Skills(List.of(), List.of(), List.of(), prompts, List.of(), List.of()))
                .run(by(who));
        List<String> told = who.held().stream().map(scope -> "<" + scope + ">").toList();
        assertThat(script.requests.getFirst().messages().getFirst().text())
                .isEqualTo(String.join("\n\n", told));
    }

    @ParameterizedTest
    @EnumSource(Who.class)
    void aHookOfEachEvent(Who who) {
        for (HookEvent event : HookEvent.values()) {
            ran.clear();
            script.calls(ToolCall.function("c", "look", "{}")).text("Done");
            List<AgentHook> hooks = SCOPES.stream().map(scope -> hook(scope, event)).toList();
            var look = TestTools.tool("look", (_, _) -> ToolResult.of("seen"));
            agent(new Skills(List.of(), List.of(look), hooks, List.of(), List.of(), List.of()))
                    .stream(by(who), _ -> {});
            assertThat(Set.copyOf(ran)).as(event.name()).isEqualTo(who.holds);
        }
    }

    @ParameterizedTest
    @EnumSource(Who.class)
    void aHandoff(Who who) {
        for (String scope : SCOPES) {
            var local = new ScriptedCompleter().text("From there");
            var model = new ScriptedCompleter();
            model.calls(ToolCall.function("h", "use_" + name(scope), "{}")).text("From here");
            List<AgentHandoff> handoffs = List.of(handoff(scope, local));
            Agent agent =
                    new Agent(
                            Agent.builder("tester").model("test/model", model).owner("alice"),
                            model,
                            _ -> Optional.empty(),
                            new Skills(
                                    List.of(), List.of(), List.of(), List.of(), handoffs,
                                    List.of()));
            boolean held = who.holds.contains(scope);
            assertThat(agent.tools(who.caller)).hasSize(held ? 1 : 0);
            assertThat(agent.run(by(who)).text()).isEqualTo(held ? "From there" : "From here");
            assertThat(local.requests).hasSize(held ? 1 : 0);
            assertThat(model.requests.getFirst().tools()).hasSize(held ? 1 : 0);
        }
    }

    /** The other agent's owner is bob: who owns the first one owns nothing there. */
    @ParameterizedTest
    @EnumSource(Who.class)
    void anotherAgentByItsOwnScope(Who who) {
        Agent others =
                Agent.builder("other")
                        .model("test/other", new ScriptedCompleter().text("Hello"))
                        .owner("bob")
                        .scope(Scope.OWNER)
                        .build();
        Agent agent =
                Agent.builder("first")
                        .model("test/first", script)
                        .owner("alice")
                        .handoff(others)
                        .build();
        assertThat(agent.tools(who.caller)).hasSize(who == Who.USER || who == Who.ADMIN ? 1 : 0);
    }

    @ParameterizedTest
    @EnumSource(Who.class)
    void anHttpEndpoint(Who who) {
        List<AgentEndpoint> endpoints = SCOPES.stream().map(this::endpoint).toList();
        Agent agent =
                agent(new Skills(List.of(), List.of(), List.of(), List.of(), List.of(), endpoints));
        var call = new AgentEndpoint.Call(Map.of(), Map.of(), MissingNode.getInstance());
        for (AgentEndpoint endpoint : agent.endpoints()) {
            if (who.holds.contains(endpoint.scope().name())) {
                assertThat(agent.call(endpoint, call, by(who)).status()).isEqualTo(200);
            } else {
                requireDenied(who, () -> agent.call(endpoint, call, by(who)));
            }
        }
        assertThat(ran).isEqualTo(who.held());
    }

    @ParameterizedTest
    @EnumSource(Who.class)
    void anEndpointOfAnAgentThatIsNotForTheCaller(Who who) {
        Agent agent =
                agent(
                        Scope.OWNER,
                        new Skills(
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(endpoint("all"))));
        var call = new AgentEndpoint.Call(Map.of(), Map.of(), MissingNode.getInstance());
        if (who.holds.contains("owner")) {
            assertThat(agent.call(agent.endpoints().getFirst(), call, by(who)).status())
                    .isEqualTo(200);
        } else {
            requireDenied(who, () -> agent.call(agent.endpoints().getFirst(), call, by(who)));
        }
    }

    @Test
    void credentialsForOtherAgentsAreGoodForNothingHere() {
        var credential = new Credential("rk_1", "", Set.of("other"), List.of());
        var caller = new Caller.User("alice", Set.of("admin"), credential);
        Invocation invocation = Invocation.of(ChatRequest.of("Go")).withCaller(caller);
        var skills =
                new Skills(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(endpoint("all")));
        Agent agent = agent(skills);
        var call = new AgentEndpoint.Call(Map.of(), Map.of(), MissingNode.getInstance());
        assertThatThrownBy(() -> agent.run(invocation)).isInstanceOf(PermissionException.class);
        assertThatThrownBy(() -> agent.call(agent.endpoints().getFirst(), call, invocation))
                .isInstanceOf(PermissionException.class);
        Agent other = Agent.builder("other").model("test/other", script).handoff(agent).build();
        assertThat(other.admits(caller)).isTrue();
        assertThat(other.tools(caller)).as("no way round by a handoff").isEmpty();
        assertThat(ran).isEmpty();
    }

    @Test
    void nobodyOwnsAnAgentWithoutAnOwner() {
        assertThat(Scope.OWNER.admits(Caller.user("alice"), "")).isFalse();
        assertThat(Scope.OWNER.admits(Caller.user("root", "admin"), "")).isTrue();
        assertThat(Scope.OWNER.admits(Caller.anonymous(), "")).isFalse();
    }
}
