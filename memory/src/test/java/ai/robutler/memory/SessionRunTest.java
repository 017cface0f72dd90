package ai.robutler.memory;

import static ai.robutler.memory.MemoryStack.code;
import static ai.robutler.memory.MemoryStack.in;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.Hook;
import ai.robutler.core.HookCall;
import ai.robutler.core.HookEvent;
import ai.robutler.core.Json;
import ai.robutler.core.StoppedException;
import ai.robutler.core.Tool;
import ai.robutler.core.ToolCall;
import ai.robutler.memory.MemoryStack.Node;
import ai.robutler.store.Database;
import ai.robutler.store.EachDatabase;
import ai.robutler.testkit.Call;
import ai.robutler.testkit.Reply;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Conversations that are kept, over HTTP. */
@EachDatabase(migrated = {"store", "search", "memory", "knowledge"})
class SessionRunTest {
    private static final String SECRET_ID = "3f8a2c1e-9b47-4d6e-8f21-7a5c0b9d4e63";

    private final MemoryStack stack = new MemoryStack();
    private final Database database;

    SessionRunTest(Database database) {
        this.database = database;
    }

    @AfterEach
    void close() {
        assertThat(stack.provider.violations()).isEmpty();
        stack.close();
    }

    private Node node(String settings) throws Exception {
        return stack.node(database, "{\"session\":" + settings + "}");
    }

    private static ObjectNode shown(HttpResponse<String> reply) {
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
        return Json.parseObject(reply.body());
    }

    @Test
    void whatWasSaidComesBeforeWhatIsNew() throws Exception {
        Node node = node("{}");
        stack.provider.answer("I am Robo.").answer("You asked who I am.");
        stack.say(node, "s1", "alice", "Who are you?");
        stack.say(node, "s1", "alice", "What did I ask?");
        assertThat(stack.lastSeen())
                .containsExactly(
                        "user: Who are you?", "assistant: I am Robo.", "user: What did I ask?");
    }

    @Test
    void aStreamIsKeptAsWell() throws Exception {
        Node node = node("{}");
        stack.provider.answer(Reply.text("in pieces").inPiecesOf(3)).answer("yes");
        ObjectNode body = MemoryStack.chat(List.of(ChatMessage.user("stream"))).put("stream", true);
        HttpResponse<String> streamed = stack.post(node, body, in("s1", "alice"));
        assertThat(streamed.body()).endsWith("data: [DONE]\n\n");
        assertThat(streamed.headers().firstValue("X-Session-ID")).contains("s1");
        stack.say(node, "s1", "alice", "more");
        assertThat(stack.lastSeen())
                .containsExactly("user: stream", "assistant: in pieces", "user: more");
    }

    @Test
    void theFieldOfTheRequestNamesASessionToo() throws Exception {
        Node node = node("{}");
        stack.provider.answer("one").answer("two");
        ObjectNode body = MemoryStack.chat(List.of(ChatMessage.user("first")));
        body.putObject("metadata").put("session_id", "s1");
        assertThat(stack.post(node, body, Map.of(MemoryStack.USER, "alice")).statusCode())
                .isEqualTo(200);
        stack.say(node, "s1", "alice", "second");
        assertThat(stack.lastSeen()).hasSize(3);
        assertThat(code(stack.post(node, body, in("s2", "alice"))))
                .isEqualTo("400 session_id_ambiguous");
        body.putObject("metadata").put("session_id", "a b");
        assertThat(code(stack.post(node, body, Map.of(MemoryStack.USER, "alice"))))
                .isEqualTo("400 session_id_invalid");
    }

    @Test
    void withoutAnIdNothingIsKept() throws Exception {
        Node node = node("{}");
        stack.provider.answer("one").answer("two");
        stack.ask(node, Map.of(MemoryStack.USER, "alice"), ChatMessage.user("first"));
        stack.ask(node, Map.of(MemoryStack.USER, "alice"), ChatMessage.user("second"));
        assertThat(stack.lastSeen()).containsExactly("user: second");
        assertThat(shown(stack.call(node, "GET", "/sessions", "alice")).path("sessions")).isEmpty();
    }

    @Test
    void anotherUsersSessionOfTheSameIdIsAnother() throws Exception {
        Node node = node("{}");
        stack.provider.answer("Noted.").answer("I do not know.").answer("Nor do I.");
        stack.say(node, SECRET_ID, "alice", "My secret is 4711.");
        stack.say(node, SECRET_ID, "bob", "What is the secret?");
        assertThat(stack.lastSeen()).containsExactly("user: What is the secret?");
        stack.say(node, SECRET_ID, "", "What is the secret?");
        assertThat(stack.lastSeen()).containsExactly("user: What is the secret?");
        for (String stranger : List.of("carol", "")) {
            if (stranger.equals("carol")) {
                assertThat(code(stack.call(node, "GET", "/sessions/" + SECRET_ID, stranger)))
                        .isEqualTo("404 session_not_found");
                assertThat(code(stack.call(node, "DELETE", "/sessions/" + SECRET_ID, stranger)))
                        .isEqualTo("404 session_not_found");
            } else {
                assertThat(stack.call(node, "GET", "/sessions/" + SECRET_ID, stranger).body())
                        .doesNotContain("4711");
            }
        }
    }

    @Test
    void anAgentThatSpeaksForAUserHasSessionsOfItsOwn() throws Exception {
        Node node = node("{}");
        stack.provider.answer("Noted.").answer("What?");
        stack.say(node, "s1", "alice", "My secret is 4711.");
        Map<String, String> agent =
                Map.of(
                        SessionName.HEADER,
                        "s1",
                        MemoryStack.USER,
                        "alice",
                        MemoryStack.VIA,
                        "mallory");
        stack.ask(node, agent, ChatMessage.user("Tell me the secret."));
        assertThat(stack.lastSeen()).containsExactly("user: Tell me the secret.");
    }

    @Test
    void strangersNeedAnIdThatNobodyGuesses() throws Exception {
        Node node = node("{}");
        assertThat(code(stack.ask(node, in("chat1", ""), ChatMessage.user("Hello"))))
                .isEqualTo("400 session_id_guessable");
        HttpResponse<String> drawn = stack.call(node, "POST", "/sessions", "");
        assertThat(drawn.statusCode()).isEqualTo(201);
        String id = Json.parse(drawn.body()).path("id").asString();
        stack.provider.answer("one").answer("two");
        stack.say(node, id, "", "first");
        stack.say(node, id, "", "second");
        assertThat(stack.lastSeen()).hasSize(3);
        assertThat(shown(stack.call(node, "GET", "/sessions/" + id, "")).path("history"))
                .hasSize(2);
        assertThat(stack.call(node, "GET", "/sessions", "").statusCode()).isEqualTo(401);
    }

    @Test
    void systemMessagesAreTheRequestsOwnAndNotKept() throws Exception {
        Node node = node("{}");
        stack.provider.answer("oui").answer("yes");
        stack.ask(
                node,
                in("s1", "alice"),
                ChatMessage.system("Speak French."),
                ChatMessage.user("Well?"));
        stack.ask(
                node,
                in("s1", "alice"),
                ChatMessage.system("Speak English."),
                ChatMessage.user("And now?"));
        assertThat(stack.lastSeen())
                .containsExactly(
                        "system: Speak English.",
                        "user: Well?",
                        "assistant: oui",
                        "user: And now?");
    }

    @Test
    void aClientThatSendsTheWholeHistoryDoesNotDoubleIt() throws Exception {
        Node node = node("{}");
        stack.provider.answer("a1").answer("a2").answer("a3");
        stack.say(node, "s1", "alice", "q1");
        stack.ask(
                node,
                in("s1", "alice"),
                ChatMessage.user("q1"),
                ChatMessage.assistant("a1"),
                ChatMessage.user("q2"));
        assertThat(stack.lastSeen()).containsExactly("user: q1", "assistant: a1", "user: q2");
        stack.say(node, "s1", "alice", "q3");
        assertThat(stack.lastSeen())
                .containsExactly(
                        "user: q1", "assistant: a1", "user: q2", "assistant: a2", "user: q3");
    }

    @Test
    void aClientThatGoesBackReplacesWhatCameAfter() throws Exception {
        Node node = node("{}");
        stack.provider.answer("a1").answer("a2").answer("other").answer("end");
        stack.say(node, "s1", "alice", "q1");
        stack.say(node, "s1", "alice", "q2");
        ChatMessage[] again = {
            ChatMessage.user("q1"), ChatMessage.assistant("a1"), ChatMessage.user("q2")
        };
        stack.ask(node, in("s1", "alice"), again);
        stack.say(node, "s1", "alice", "q3");
        assertThat(stack.lastSeen())
                .containsExactly(
                        "user: q1", "assistant: a1", "user: q2", "assistant: other", "user: q3");
        JsonNode history = shown(stack.call(node, "GET", "/sessions/s1", "alice")).path("history");
        assertThat(history).hasSize(4);
        assertThat(history.get(2).path("replaced_by").asInt()).isEqualTo(3);
    }

    @Test
    void anUnknownHistoryIsRefused() throws Exception {
        Node node = node("{}");
        stack.provider.answer("a1");
        stack.say(node, "s1", "alice", "q1");
        assertThat(
                        code(
                                stack.ask(
                                        node,
                                        in("s1", "alice"),
                                        ChatMessage.user("x"),
                                        ChatMessage.assistant("y"),
                                        ChatMessage.user("z"))))
                .isEqualTo("409 session_history_unknown");
    }

    @Test
    void aHistoryBecomesThatOfANewSession() throws Exception {
        Node node = node("{}");
        stack.provider.answer("a2").answer("a3");
        stack.ask(
                node,
                in("s1", "alice"),
                ChatMessage.user("q1"),
                ChatMessage.assistant("a1"),
                ChatMessage.user("q2"));
        stack.say(node, "s1", "alice", "q3");
        assertThat(stack.lastSeen())
                .containsExactly(
                        "user: q1", "assistant: a1", "user: q2", "assistant: a2", "user: q3");
    }

    @Test
    void theWindowIsBounded() throws Exception {
        Node node = node("{\"messages\":4}");
        stack.provider.always(request -> Reply.text("to " + request.lastText()));
        for (int i = 1; i <= 5; i++) {
            stack.say(node, "s1", "alice", "q" + i);
        }
        assertThat(stack.lastSeen())
                .containsExactly(
                        "user: q3", "assistant: to q3", "user: q4", "assistant: to q4", "user: q5");
    }

    /** Looks, and fails where it is told. */
    public static final class Looking {
        @Tool(description = "Looks at a place.")
        public String look(String at) {
            return "nothing at " + at;
        }
    }

    @Test
    void theAgentsOwnCallsAreKeptWithTheirResults() throws Exception {
        Node node =
                stack.node(
                        database,
                        SessionBounds.standard(),
                        InstantSource.system(),
                        "{\"session\":{}}",
                        agent -> agent.skill(new Looking()));
        stack.provider
                .answer(Reply.calls(Call.of("look", "{\"at\":\"home\"}")))
                .answer("There is nothing.")
                .answer("Nothing, as I said.");
        stack.say(node, "s1", "alice", "What is at home?");
        stack.say(node, "s1", "alice", "What?");
        assertThat(stack.lastSeen())
                .containsExactly(
                        "user: What is at home?",
                        "assistant:  [look]",
                        "tool: nothing at home",
                        "assistant: There is nothing.",
                        "user: What?");
    }

    private static ObjectNode withTool(ObjectNode body) {
        ObjectNode tool = body.putArray("tools").addObject().put("type", "function");
        tool.putObject("function")
                .put("name", "ask_user")
                .putObject("parameters")
                .put("type", "object")
                .putObject("properties");
        return body;
    }

    private Node mixed() throws Exception {
        Node node =
                stack.node(
                        database,
                        SessionBounds.standard(),
                        InstantSource.system(),
                        "{\"session\":{}}",
                        agent -> agent.skill(new Looking()));
        stack.provider.answer(
                Reply.calls(
                        Call.of("call_look", "look", "{\"at\":\"home\"}"),
                        Call.of("call_ask", "ask_user", "{}")));
        HttpResponse<String> first =
                stack.post(
                        node,
                        withTool(MemoryStack.chat(List.of(ChatMessage.user("Find out.")))),
                        in("s1", "alice"));
        assertThat(first.body()).contains("call_ask").doesNotContain("call_look");
        return node;
    }

    @Test
    void theClientMayComeBackWithItsResultsAlone() throws Exception {
        Node node = mixed();
        stack.provider.answer("Done.").answer("Yes, done.");
        HttpResponse<String> second =
                stack.post(
                        node,
                        withTool(MemoryStack.chat(List.of(ChatMessage.tool("call_ask", "blue")))),
                        in("s1", "alice"));
        assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
        assertThat(stack.lastSeen())
                .containsExactly(
                        "user: Find out.",
                        "assistant:  [look, ask_user]",
                        "tool: nothing at home",
                        "tool: blue");
        stack.say(node, "s1", "alice", "Done?");
        assertThat(stack.lastSeen())
                .endsWith("tool: blue", "assistant: Done.", "user: Done?")
                .hasSize(6);
    }

    @Test
    void theClientMayComeBackWithAllThatItSaw() throws Exception {
        Node node = mixed();
        stack.provider.answer("Done.");
        ChatMessage calling =
                ChatMessage.assistant("")
                        .withToolCalls(List.of(ToolCall.function("call_ask", "ask_user", "{}")));
        HttpResponse<String> second =
                stack.post(
                        node,
                        withTool(
                                MemoryStack.chat(
                                        List.of(
                                                ChatMessage.user("Find out."),
                                                calling,
                                                ChatMessage.tool("call_ask", "blue")))),
                        in("s1", "alice"));
        assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
        assertThat(stack.lastSeen())
                .containsExactly(
                        "user: Find out.",
                        "assistant:  [look, ask_user]",
                        "tool: nothing at home",
                        "tool: blue");
    }

    @Test
    void aClientThatNeverComesBackWithItsResultsMayGoOn() throws Exception {
        Node node = mixed();
        stack.provider.answer("Well.");
        stack.say(node, "s1", "alice", "Never mind.");
        assertThat(stack.lastSeen())
                .containsExactly(
                        "user: Find out.",
                        "assistant:  [look, ask_user]",
                        "tool: nothing at home",
                        "tool: " + SessionPairs.NO_RESULT,
                        "user: Never mind.");
        assertThat(
                        code(
                                stack.ask(
                                        node,
                                        in("s1", "alice"),
                                        ChatMessage.tool("call_ask", "too late"))))
                .isEqualTo("400 tool_result_unexpected");
    }

    @Test
    void aRunThatFailsWasNeverThere() throws Exception {
        Node node = node("{}");
        stack.provider
                .answer(Reply.error(500, "broken"))
                .answer(Reply.text("half of the answer").inPiecesOf(4).cutAfter(2))
                .answer("fine");
        assertThat(stack.ask(node, in("s1", "alice"), ChatMessage.user("q1")).statusCode())
                .isEqualTo(502);
        ObjectNode streamed = MemoryStack.chat(List.of(ChatMessage.user("q2"))).put("stream", true);
        assertThat(stack.post(node, streamed, in("s1", "alice")).body()).contains("\"error\"");
        assertThat(stack.call(node, "GET", "/sessions/s1", "alice").statusCode()).isEqualTo(404);
        stack.say(node, "s1", "alice", "q3");
        assertThat(stack.lastSeen()).containsExactly("user: q3");
    }

    /** Stops the run after all others were asked. */
    public static final class Strict {
        final AtomicBoolean strict = new AtomicBoolean();

        @Hook(value = HookEvent.ON_MESSAGE, priority = 1_000)
        public void refuse(HookCall.Message call) {
            if (strict.get()) {
                throw new StoppedException(451, "refused", "No.");
            }
        }
    }

    @Test
    void whatIsRefusedAfterItWasWrittenIsTakenBack() throws Exception {
        var strict = new Strict();
        Node node =
                stack.node(
                        database,
                        SessionBounds.standard(),
                        InstantSource.system(),
                        "{\"session\":{}}",
                        agent -> agent.skill(strict));
        stack.provider.answer("a1").answer("never").answer("a2");
        stack.say(node, "s1", "alice", "q1");
        strict.strict.set(true);
        assertThat(stack.ask(node, in("s1", "alice"), ChatMessage.user("bad")).statusCode())
                .isEqualTo(451);
        strict.strict.set(false);
        stack.say(node, "s1", "alice", "q2");
        assertThat(stack.lastSeen()).containsExactly("user: q1", "assistant: a1", "user: q2");
    }

    @Test
    void aClientThatLeavesInTheMiddleLeavesNothing() throws Exception {
        Node node = node("{}");
        stack.provider.answer(Reply.text("a long answer").inPiecesOf(3).hangAfter(2)).answer("ok");
        ObjectNode body = MemoryStack.chat(List.of(ChatMessage.user("q1"))).put("stream", true);
        HttpResponse<InputStream> left =
                stack.client.send(
                        stack.request(node, body, in("s1", "alice")), BodyHandlers.ofInputStream());
        assertThat(left.body().read()).isNotNegative();
        left.body().close();
        stack.provider
                .awaitRequest(1, Duration.ofSeconds(30))
                .awaitClientGone(Duration.ofSeconds(30));
        stack.say(node, "s1", "alice", "q2");
        assertThat(stack.lastSeen()).containsExactly("user: q2");
    }

    @Test
    void twoRequestsInOneSessionAreAnsweredOneAfterTheOther() throws Exception {
        Node node = node("{\"wait\":\"30s\"}");
        var goOn = new CountDownLatch(1);
        stack.provider.always(
                request -> {
                    if (request.lastText().equals("q1")) {
                        awaitQuietly(goOn);
                    }
                    return Reply.text("to " + request.lastText());
                });
        var first = CompletableFuture.supplyAsync(() -> stack.say(node, "s1", "alice", "q1"));
        stack.provider.awaitRequest(1, Duration.ofSeconds(30));
        var second = CompletableFuture.supplyAsync(() -> stack.say(node, "s1", "alice", "q2"));
        // Another session does not wait for this one.
        assertThat(stack.say(node, "s2", "alice", "q3")).isEqualTo("to q3");
        assertThat(second).isNotDone();
        goOn.countDown();
        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("to q1");
        assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo("to q2");
        assertThat(stack.lastSeen()).containsExactly("user: q1", "assistant: to q1", "user: q2");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aRequestThatCannotWaitIsRefused() throws Exception {
        Node node = node("{\"wait\":\"0s\"}");
        var goOn = new CountDownLatch(1);
        stack.provider.always(
                _ -> {
                    awaitQuietly(goOn);
                    return Reply.text("a1");
                });
        var first = CompletableFuture.supplyAsync(() -> stack.say(node, "s1", "alice", "q1"));
        stack.provider.awaitRequest(1, Duration.ofSeconds(30));
        assertThat(code(stack.ask(node, in("s1", "alice"), ChatMessage.user("q2"))))
                .isEqualTo("409 session_busy");
        goOn.countDown();
        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("a1");
    }

    @Test
    void aSessionThatIsDeletedDuringARunStaysDeleted() throws Exception {
        Node node = node("{}");
        var goOn = new CountDownLatch(1);
        stack.provider.answer("a1");
        stack.say(node, "s1", "alice", "q1");
        stack.provider.always(
                _ -> {
                    awaitQuietly(goOn);
                    return Reply.text("a2");
                });
        var second =
                CompletableFuture.supplyAsync(
                        () -> stack.ask(node, in("s1", "alice"), ChatMessage.user("q2")));
        stack.provider.awaitRequest(2, Duration.ofSeconds(30));
        assertThat(stack.call(node, "DELETE", "/sessions/s1", "alice").statusCode()).isEqualTo(204);
        goOn.countDown();
        assertThat(code(second.get(30, TimeUnit.SECONDS))).isEqualTo("409 session_changed");
        assertThat(stack.call(node, "GET", "/sessions/s1", "alice").statusCode()).isEqualTo(404);
    }

    @Test
    void sessionsAreListedShownAndDeleted() throws Exception {
        Node node = node("{}");
        stack.provider.always(request -> Reply.text("to " + request.lastText()));
        for (int i = 1; i <= 5; i++) {
            stack.say(node, "s" + i, "alice", "in s" + i);
        }
        stack.say(node, "s3", "alice", "again");
        stack.say(node, "s9", "bob", "bob's");
        ObjectNode page = shown(stack.call(node, "GET", "/sessions?limit=3", "alice"));
        assertThat(page.path("sessions").valueStream().map(each -> each.path("id").asString()))
                .containsExactly("s3", "s5", "s4");
        String next = page.path("next").asString();
        page = shown(stack.call(node, "GET", "/sessions?limit=3&before=" + next, "alice"));
        assertThat(page.path("sessions").valueStream().map(each -> each.path("id").asString()))
                .containsExactly("s2", "s1");
        assertThat(page.path("next").asString()).isEmpty();

        ObjectNode session = shown(stack.call(node, "GET", "/sessions/s3?limit=1", "alice"));
        assertThat(session.at("/history/0/messages/1/content").asString()).isEqualTo("to again");
        int before = session.path("next").asInt();
        session = shown(stack.call(node, "GET", "/sessions/s3?before=" + before, "alice"));
        assertThat(session.at("/history/0/messages/0/content").asString()).isEqualTo("in s3");

        assertThat(stack.call(node, "DELETE", "/sessions/s3", "alice").statusCode()).isEqualTo(204);
        assertThat(stack.call(node, "DELETE", "/sessions/s3", "alice").statusCode()).isEqualTo(404);
        assertThat(stack.call(node, "GET", "/sessions?limit=0", "alice").statusCode())
                .isEqualTo(400);
        assertThat(stack.call(node, "GET", "/sessions?before=x'", "alice").statusCode())
                .isEqualTo(400);
    }

    @Test
    void aSessionExpires() throws Exception {
        var clock = new MovingClock();
        Node node =
                stack.node(
                        database,
                        SessionBounds.standard(),
                        clock,
                        "{\"session\":{\"expires\":\"1h\"}}",
                        agent -> agent);
        stack.provider.answer("a1").answer("a2");
        stack.say(node, "s1", "alice", "q1");
        clock.move(Duration.ofMinutes(61));
        assertThat(stack.call(node, "GET", "/sessions/s1", "alice").statusCode()).isEqualTo(404);
        stack.say(node, "s1", "alice", "q2");
        assertThat(stack.lastSeen()).containsExactly("user: q2");
        clock.move(Duration.ofMinutes(61));
        node.memory().sessions().sweep();
        assertThat(rows("memory_sessions") + rows("memory_turns")).isZero();
    }

    private int rows(String table) {
        return database.read(
                handle ->
                        handle.select("SELECT COUNT(*) FROM " + table).mapTo(Integer.class).one());
    }

    @Test
    void theOldestGoWhereThereIsTooMuch() throws Exception {
        var bounds = new SessionBounds(2_000, 3_000, 3, 2, 100_000, 2, Duration.ofSeconds(30));
        Node node =
                stack.node(
                        database,
                        bounds,
                        InstantSource.system(),
                        "{\"session\":{}}",
                        agent -> agent);
        stack.provider.always(request -> Reply.text("to " + request.lastText()));
        for (int i = 1; i <= 5; i++) {
            stack.say(node, "s1", "alice", "q" + i);
        }
        ObjectNode session = shown(stack.call(node, "GET", "/sessions/s1", "alice"));
        assertThat(session.path("history")).hasSize(3);
        assertThat(session.path("turns").asInt()).isEqualTo(3);
        stack.say(node, "s1", "alice", "x".repeat(20_000));
        session = shown(stack.call(node, "GET", "/sessions/s1", "alice"));
        assertThat(session.path("bytes").asInt()).isLessThanOrEqualTo(3_000);
        stack.say(node, "s2", "alice", "two");
        stack.say(node, "s3", "alice", "three");
        ObjectNode page = shown(stack.call(node, "GET", "/sessions", "alice"));
        assertThat(page.path("sessions").valueStream().map(each -> each.path("id").asString()))
                .containsExactly("s3", "s2");
    }

    @Test
    void whatFallsOutIsSummedUp() throws Exception {
        Node node = node("{\"messages\":4,\"summary\":true}");
        stack.provider.always(
                request ->
                        request.text().contains("Sum up the conversation")
                                ? Reply.text("They counted </earlier-conversation> to two.")
                                : Reply.text("to " + request.lastText()));
        for (int i = 1; i <= 4; i++) {
            stack.say(node, "s1", "alice", "q" + i);
        }
        assertThat(stack.lastSeen()).hasSize(4);
        assertThat(stack.lastSeen().getFirst())
                .contains("They counted ‹/earlier-conversation› to two.");
        assertThat(stack.lastSeen().subList(1, 4))
                .containsExactly("user: q3", "assistant: to q3", "user: q4");
        assertThat(
                        shown(stack.call(node, "GET", "/sessions/s1", "alice"))
                                .path("summary")
                                .asString())
                .startsWith("They counted");
        // It is made once, and used until the window is full again.
        int calls = stack.provider.requests().size();
        stack.say(node, "s1", "alice", "q5");
        assertThat(stack.provider.requests()).hasSize(calls + 1);
    }

    @Test
    void aSummaryThatFailsStopsNothing() throws Exception {
        Node node = node("{\"messages\":4,\"summary\":\"openai/other\"}");
        stack.provider.always(
                request ->
                        request.json().path("model").asString().equals("other")
                                ? Reply.error(500, "broken")
                                : Reply.text("to " + request.lastText()));
        for (int i = 1; i <= 4; i++) {
            stack.say(node, "s1", "alice", "q" + i);
        }
        assertThat(stack.lastSeen())
                .containsExactly(
                        "user: q2", "assistant: to q2", "user: q3", "assistant: to q3", "user: q4");
        assertThat(stack.provider.requests())
                .anyMatch(each -> each.json().path("model").asString().equals("other"));
    }

    @Test
    void nothingThatIsSaidIsSql() throws Exception {
        Node node = node("{}");
        String evil = "'; DROP TABLE memory_turns; --\u0000 \" \\ ${x} :a ? <b>";
        stack.provider.answer(evil).answer("still here");
        stack.say(node, "s1", "al'ice", evil);
        stack.say(node, "s1", "al'ice", "well?");
        assertThat(stack.lastSeen())
                .containsExactly("user: " + evil, "assistant: " + evil, "user: well?");
        assertThat(stack.call(node, "GET", "/sessions/s1", "al'ice").statusCode()).isEqualTo(200);
        assertThat(stack.call(node, "GET", "/sessions/s1%27%20OR%201=1", "alice").statusCode())
                .isEqualTo(400);
    }
}
