package ai.robutler.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.Caller;
import ai.robutler.core.Deadline;
import ai.robutler.core.Settings;
import ai.robutler.core.ToolDefinition;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/** What is promised of every server: bounds, scopes, changes, restarts. */
class ClientServersTest {
    private static final String SHARED = "{\"shared\":[\"s\"]}";

    private static String servers(ClientHttpScript server, String more) {
        return "{\"servers\":{\"s\":{\"url\":\"" + server.url() + "\"" + more + "}}}";
    }

    @Test
    void noMoreCallsAreUnderWayThanMayBe() throws Exception {
        try (var server = new ClientHttpScript(false);
                var stack = new ClientStack(servers(server, ",\"concurrency\":2"), SHARED)) {
            stack.awaitTool("s_who");
            Semaphore slots = stack.servers.shared("s").orElseThrow().slots();
            server.hanging = true;
            var answers = new ConcurrentLinkedQueue<String>();
            var calls = new ArrayList<Thread>();
            for (int i = 0; i < 6; i++) {
                calls.add(Thread.ofVirtual().start(() -> answers.add(stack.call("s_who"))));
            }
            ClientStack.until(() -> server.underWay.get() == 2 && slots.getQueueLength() == 4);
            server.hanging = false;
            for (Thread call : calls) {
                call.join();
            }
            assertThat(answers).hasSize(6).containsOnly("RESULT you are null");
            assertThat(server.mostUnderWay).hasValue(2);
        }
    }

    @Test
    void whoWaitsTooLongForATurnIsTold() throws Exception {
        try (var server = new ClientHttpScript(false);
                var stack =
                        new ClientStack(
                                servers(server, ",\"concurrency\":1,\"timeout\":\"500ms\""),
                                SHARED)) {
            stack.awaitTool("s_who");
            Semaphore slots = stack.servers.shared("s").orElseThrow().slots();
            slots.acquire();
            assertThat(stack.call("s_who"))
                    .isEqualTo("RESULT Error: the server has too much to do; try later");
            slots.release();
        }
    }

    @ParameterizedTest
    @CsvSource({"user, all", "all, user", "user, user"})
    void toolsAreForThoseOfTheirScope(String configured, String own) {
        String use = "{\"shared\":[{\"name\":\"s\",\"scope\":\"" + own + "\"}]}";
        try (var server = new ClientHttpScript(false);
                var stack =
                        new ClientStack(
                                servers(server, ",\"scope\":\"" + configured + "\""), use)) {
            Caller bob = Caller.user("bob");
            ClientStack.until(() -> names(stack, bob).contains("s_who"));
            assertThat(names(stack, Caller.anonymous())).isEmpty();
            assertThat(stack.call("s_who")).contains("there is no tool 's_who'");
            assertThat(stack.provider.requests())
                    .allMatch(request -> request.json().path("tools").isEmpty());
            assertThat(stack.call(ClientStack.invocation("s_who").withCaller(bob)))
                    .isEqualTo("RESULT you are null");
        }
    }

    private static List<String> names(ClientStack stack, Caller caller) {
        return stack.agent.tools(caller).stream().map(ToolDefinition::name).toList();
    }

    @Test
    void anAgentWidensNoScope() {
        McpSettings shared =
                McpSettings.read(
                        ClientStack.settings(
                                "{\"servers\":{\"s\":{\"command\":[\"x\"],\"scope\":\"staff\"}}}"));
        Settings use =
                ClientStack.settings("{\"shared\":[{\"name\":\"s\",\"scope\":\"friends\"}]}");
        Object _ = new McpSkillFactory(shared, Optional.empty()).create(use);
        assertThat(use.problems().toString())
                .contains("cannot be 'friends': the configuration keeps the server for 'staff'");
    }

    @Test
    void agentsOfStrangersStartNoProgram() {
        Settings own =
                ClientStack.settings(
                        "{\"servers\":{\"x\":{\"command\":[\"rm\"]},\"y\":{\"url\":"
                                + "\"https://example.com/mcp\"}},\"shared\":[\"s\"]}");
        McpSettings shared =
                McpSettings.read(
                        ClientStack.settings("{\"servers\":{\"s\":{\"command\":[\"fine\"]}}}"));
        Object made = new McpSkillFactory(shared, Optional.empty()).forStrangers().create(own);
        assertThat(own.problems()).hasSize(1);
        assertThat(own.problems().toString()).contains("are run for agents of the operator alone");
        assertThat(((ConfiguredServers) made).servers())
                .extracting(ConfiguredServers.Server::name)
                .containsExactly("y", "s");
    }

    @Test
    void anAnswerThatBreaksOffIsTakenUpAgain() {
        try (var server = new ClientHttpScript(false);
                var stack = new ClientStack(servers(server, ""), SHARED)) {
            stack.awaitTool("s_who");
            server.breaking = true;
            assertThat(stack.call("s_who")).isEqualTo("RESULT taken up again");
            assertThat(server.resumed).hasValue(1);
        }
    }

    /** By a stream of its own up to 2025-11-25, by a subscription since. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aToolThatIsAddedIsThereOnceItIsTold(boolean modern) {
        try (var server = new ClientHttpScript(modern);
                var stack = new ClientStack(servers(server, ""), SHARED)) {
            stack.awaitTool("s_who");
            ClientStack.until(() -> server.listeners.get() == 1);
            assertThat(stack.tools()).doesNotContain("s_added");
            server.changes.release();
            stack.awaitTool("s_added");
            assertThat(stack.tools()).doesNotHaveDuplicates();
            assertThat(server.wrong).isEmpty();
        }
    }

    @Test
    void aServerThatWantsToBeAskedAgainIs() {
        try (var server = new ClientHttpScript(true);
                var stack = new ClientStack(servers(server, ""), SHARED)) {
            stack.awaitTool("s_who");
            server.askingAgain = true;
            assertThat(stack.call("s_who {\"region\":\"\u00fcber\"}"))
                    .isEqualTo("RESULT you are null");
            assertThat(server.wrong).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerThatIsStartedAnewIsFoundAgain(boolean modern) {
        var first = new ClientHttpScript(modern);
        int port = first.port();
        try (var stack = new ClientStack(servers(first, ""), SHARED)) {
            stack.awaitTool("s_who");
            first.close();
            assertThat(stack.call("s_who {\"region\":\"\u00fcber\"}")).startsWith("RESULT Error: ");
            stack.awaitNoTools();
            assertThat(stack.servers.health().getFirst().up()).isFalse();
            try (var second = new ClientHttpScript(modern, port)) {
                stack.awaitTool("s_who");
                assertThat(stack.call("s_who {\"region\":\"\u00fcber\"}"))
                        .isEqualTo("RESULT you are null");
                assertThat(second.wrong).isEmpty();
            }
        } finally {
            first.close();
        }
    }

    @Test
    void theSecretGoesToNoIssuerThatNobodyConfigured() {
        try (var server = new ClientHttpScript(false);
                var stack = new ClientStack("{\"servers\":{}}")) {
            // Another host, which leads to the same place: nothing else keeps the token away.
            server.issuer = server.issuer.replace("127.0.0.1", "localhost");
            var found = new ClientCredentials("us", "s3cret", "", "", "");
            var tokens = new ClientTokens(stack.outbound, server.url(), found);
            assertThatThrownBy(() -> tokens.token(Deadline.after(Duration.ofSeconds(60))))
                    .isInstanceOf(ClientException.Denied.class)
                    .hasMessageContaining("issuer on another host")
                    .hasMessageNotContaining("s3cret");
            assertThat(server.tokens).hasValue(0);

            var named = new ClientCredentials("us", "s3cret", "", server.issuer, "");
            var had = new ClientTokens(stack.outbound, server.url(), named);
            assertThat(had.token(Deadline.after(Duration.ofSeconds(60)))).isEqualTo("token-1");
        }
    }
}
