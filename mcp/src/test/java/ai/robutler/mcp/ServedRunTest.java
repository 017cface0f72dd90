package ai.robutler.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.Hook;
import ai.robutler.core.HookCall;
import ai.robutler.core.HookEvent;
import ai.robutler.core.Json;
import ai.robutler.core.PermissionException;
import ai.robutler.core.RunContext;
import ai.robutler.core.Tool;
import ai.robutler.core.ToolResult;
import ai.robutler.mcp.ServedCaller.Answer;
import ai.robutler.server.RobutlerServer;
import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;
import ai.robutler.testkit.Reply;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs and tools for MCP clients: what they go through, how they end. */
class ServedRunTest {
    private static final TestDatabase DATABASE = TestDatabase.create(Database.Kind.SQLITE);
    private static ServedStack stack;
    private static RobutlerServer server;
    private static ServedCaller caller;
    private static final Watched WATCHED = new Watched();

    public static final class Watched {
        final List<String> seen = new CopyOnWriteArrayList<>();
        volatile CountDownLatch begun = new CountDownLatch(1);
        volatile CountDownLatch ended = new CountDownLatch(1);

        @Tool(description = "Waits.")
        String wait(RunContext context) throws InterruptedException {
            context.progress("waiting");
            begun.countDown();
            try {
                Thread.sleep(Duration.ofMinutes(5));
                return "waited";
            } finally {
                ended.countDown();
            }
        }

        @Tool(description = "Echoes.")
        String echo(String text) {
            return text;
        }

        @Hook(HookEvent.ON_CONNECTION)
        void connect(RunContext context) {
            seen.add("connection");
            if (context.caller().subject().equals("banned")) {
                throw new PermissionException("You are banned.");
            }
        }

        @Hook(HookEvent.BEFORE_TOOL_CALL)
        void before(HookCall.BeforeTool call) {
            seen.add("before " + call.call().name());
        }

        @Hook(HookEvent.AFTER_TOOL_CALL)
        void after(HookCall.AfterTool call) {
            seen.add("after");
            if (call.result().content().equals("dirty")) {
                call.replace(ToolResult.of("clean"));
            }
        }

        @Hook(HookEvent.FINALIZE_CONNECTION)
        void end(HookCall.Finalize call) {
            seen.add("end " + call.outcome());
        }
    }

    @BeforeAll
    static void serve() {
        stack = new ServedStack(DATABASE.database());
        Agent agent = stack.agent("helper", made -> made.skill(WATCHED));
        server = stack.serve(agent);
        caller = ServedCaller.to(server.url() + "/helper/mcp");
    }

    @AfterAll
    static void close() throws Exception {
        stack.close();
        DATABASE.close();
    }

    @BeforeEach
    void forget() {
        WATCHED.seen.clear();
        WATCHED.begun = new CountDownLatch(1);
        WATCHED.ended = new CountDownLatch(1);
    }

    @Test
    void aToolGoesThroughItsHooks() {
        assertThat(caller.begun().tool("echo", "{'text': 'dirty'}").text()).isEqualTo("clean");
        assertThat(WATCHED.seen)
                .containsExactly("connection", "before echo", "after", "end COMPLETED");
    }

    @Test
    void aHookMayRefuse() {
        Answer answer = caller.withKey(stack.key("banned")).begun().tool("echo", "{'text': 'x'}");
        assertThat(answer.error()).isEqualTo(403);
        assertThat(answer.last().toString()).contains("You are banned.");
        assertThat(WATCHED.seen).containsExactly("connection", "end FAILED");
    }

    @Test
    void chatRunsTheAgentAndTellsItsTextAsItComes() {
        stack.provider.answer(Reply.text("A plain answer.").inPiecesOf(4));
        Answer answer =
                caller.begun()
                        .call(
                                "tools/call",
                                "{'name': 'chat', 'arguments': {'message': 'Hello'}, '_meta':"
                                        + " {'progressToken': 'p'}}");
        assertThat(answer.header("Content-Type").orElseThrow()).startsWith("text/event-stream");
        var text = new StringBuilder();
        double last = 0;
        for (JsonNode message : answer.messages()) {
            JsonNode params = message.path("params");
            if (message.path("method").asString("").equals("notifications/progress")) {
                assertThat(params.path("progressToken").asString()).isEqualTo("p");
                assertThat(params.path("progress").doubleValue()).isGreaterThan(last);
                last = params.path("progress").doubleValue();
                text.append(params.path("message").asString(""));
            }
        }
        assertThat(text).hasToString("A plain answer.");
        assertThat(answer.text()).isEqualTo("A plain answer.");
        stack.provider.answer(Reply.text("Another."));
        Answer plain =
                caller.modern("tools/call", "{'name': 'chat', 'arguments': {'message': 'x'}}");
        assertThat(plain.header("Content-Type")).hasValue("application/json");
        assertThat(plain.text()).isEqualTo("Another.");
    }

    @Test
    void aFailedRunIsAResultThatSaysSo() {
        stack.provider.answer(Reply.error(500, "The provider is broken."));
        Answer answer = caller.begun().tool("chat", "{'message': 'Hello'}");
        assertThat(answer.result().path("isError").asBoolean()).isTrue();
        assertThat(answer.result().path("_meta").toString()).contains("provider_error");
        assertThat(answer.last().toString()).doesNotContain("sk-secret");
    }

    @Test
    void aClientThatGoesAwayEndsTheWork() throws Exception {
        CompletableFuture<HttpResponse<String>> call =
                ServedCaller.HTTP.sendAsync(
                        request(caller.begun(), 1), HttpResponse.BodyHandlers.ofString());
        assertThat(WATCHED.begun.await(10, TimeUnit.SECONDS)).isTrue();
        long gone = System.nanoTime();
        call.cancel(true);
        assertThat(WATCHED.ended.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - gone)).isLessThan(Duration.ofSeconds(3));
    }

    private static HttpRequest request(ServedCaller caller, int id) {
        var request =
                HttpRequest.newBuilder(URI.create(caller.url()))
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"jsonrpc\":\"2.0\",\"id\":"
                                                + id
                                                + ",\"method\":\"tools/call\",\"params\":{\"name\":\"wait\",\"_meta\":{\"progressToken\":1}}}"));
        caller.headers().forEach(request::header);
        return request.build();
    }

    @Test
    void aCancelledCallEndsWithoutAnAnswer() throws Exception {
        ServedCaller begun = caller.begun();
        CompletableFuture<HttpResponse<String>> call =
                ServedCaller.HTTP.sendAsync(
                        request(begun, 5), HttpResponse.BodyHandlers.ofString());
        assertThat(WATCHED.begun.await(10, TimeUnit.SECONDS)).isTrue();
        Answer twice =
                begun.post(
                        "{'jsonrpc': '2.0', 'id': 5, 'method': 'tools/call', 'params': {'name':"
                            + " 'wait'}}");
        assertThat(twice.error()).isEqualTo(-32600);
        // Another session's request of the same id is none of its business.
        assertThat(cancel(caller.begun(), 5).status()).isEqualTo(202);
        assertThat(cancel(begun, 99).status()).isEqualTo(202);
        assertThat(WATCHED.ended.getCount()).isEqualTo(1);
        assertThat(cancel(begun, 5).status()).isEqualTo(202);
        String body = call.get(10, TimeUnit.SECONDS).body();
        assertThat(body).contains("notifications/progress").doesNotContain("\"result\"");
        assertThat(WATCHED.ended.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(WATCHED.seen).contains("end CANCELLED");
    }

    private static Answer cancel(ServedCaller caller, int id) {
        return caller.post(
                "{'jsonrpc': '2.0', 'method': 'notifications/cancelled', 'params': {'requestId': "
                        + id
                        + "}}");
    }

    @Test
    void anAgentsInstructionsAreAPrompt() {
        JsonNode prompt = caller.begun().call("prompts/get", "{'name': 'instructions'}").result();
        assertThat(prompt.path("messages").path(0).path("content").path("text").asString())
                .isEqualTo("You help.");
        assertThat(caller.begun().call("prompts/get", "{'name': 'other'}").error())
                .isEqualTo(-32602);
    }

    @Test
    void instructionsCanBeTheOwnersAlone() {
        RobutlerServer closed =
                stack.serve(
                        ServedStack.settings("{'instructions': 'owner'}"),
                        _ -> {},
                        stack.agent("helper", made -> made.owner("olga").skill(new Empty())));
        ServedCaller anybody = ServedCaller.to(closed.url() + "/helper/mcp");
        assertThat(anybody.begun().call("prompts/list", "{}").result().path("prompts")).isEmpty();
        assertThat(anybody.begun().call("prompts/get", "{'name': 'instructions'}").error())
                .isEqualTo(-32602);
        ServedCaller owner = anybody.withKey(stack.key("olga"));
        assertThat(owner.begun().call("prompts/list", "{}").result().path("prompts")).hasSize(1);
    }

    public static final class Empty {
        @Tool(description = "Nothing.")
        String chat() {
            return "the agent's own";
        }
    }

    @Test
    void anAgentsOwnToolKeepsTheNameOfTheConversation() {
        RobutlerServer own = stack.serve(stack.agent("helper", made -> made.skill(new Empty())));
        ServedCaller begun = ServedCaller.to(own.url() + "/helper/mcp").begun();
        assertThat(begun.tool("chat", "{}").text()).isEqualTo("the agent's own");
        assertThat(Json.write(begun.call("tools/list", "{}").result())).contains("chat_with_agent");
    }
}
