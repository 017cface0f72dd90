package ai.robutler.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Param;
import ai.robutler.core.Tool;
import ai.robutler.mcp.ServedCaller.Answer;
import ai.robutler.server.RobutlerServer;
import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;

/** What is told to whom, message by message. */
class ServedProtocolTest {
    private static final TestDatabase DATABASE = TestDatabase.create(Database.Kind.SQLITE);
    private static ServedStack stack;
    private static ServedCaller caller;
    private static ServedCaller suite;

    public static final class Sums {
        @Tool(description = "Adds.")
        int add(@Param("one") int a, @Param("other") int b) {
            return a + b;
        }

        @Tool(description = "For users only.", scope = "user")
        String secret() {
            return "the secret";
        }

        @Tool(description = "Fails.")
        String fail() {
            throw new IllegalStateException("It fell down.");
        }
    }

    @BeforeAll
    static void serve() {
        stack = new ServedStack(DATABASE.database());
        RobutlerServer server =
                stack.serve(
                        ServedStack.settings("{'origins': ['https://app.example.com']}"),
                        builder -> builder.urlPrefix("/ai").maxBodyBytes(100_000),
                        stack.agent("helper", agent -> agent.owner("olga").skill(new Sums())),
                        stack.agent("suite", agent -> agent.skill("s", new ServedSuiteSkill())));
        caller = ServedCaller.to(server.url() + "/ai/helper/mcp");
        suite = ServedCaller.to(server.url() + "/ai/suite/mcp");
    }

    @AfterAll
    static void close() throws Exception {
        stack.close();
        DATABASE.close();
    }

    @ParameterizedTest
    @CsvSource({
        "2025-06-18, 2025-06-18",
        "2025-11-25, 2025-11-25",
        "2024-11-05, 2025-11-25",
        "2099-01-01, 2025-11-25"
    })
    void aSessionSpeaksWhatBothKnow(String asked, String agreed) {
        Answer answer =
                caller.call(
                        "initialize", "{'protocolVersion': '" + asked + "', 'capabilities': {}}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.result().path("protocolVersion").asString()).isEqualTo(agreed);
        assertThat(answer.result().path("serverInfo").path("name").asString()).isEqualTo("helper");
        assertThat(answer.header("Mcp-Session-Id").orElseThrow()).matches("[\\x21-\\x7e]{43}");
    }

    @Test
    void aSessionListsAndCallsAndEnds() {
        ServedCaller begun = caller.begun();
        assertThat(begun.post("{'jsonrpc': '2.0', 'method': 'notifications/initialized'}").status())
                .isEqualTo(202);
        assertThat(begun.call("ping", "{}").result().isObject()).isTrue();
        assertThat(begun.call("tools/list", "{}").result().path("tools").toString())
                .contains("\"chat\"", "\"add\"", "\"fail\"")
                .doesNotContain("secret", "resultType");
        assertThat(begun.tool("add", "{'a': 2, 'b': 3}").text()).isEqualTo("5");
        assertThat(begun.send("DELETE", "").status()).isEqualTo(204);
        assertThat(begun.call("ping", "{}").status()).isEqualTo(404);
        assertThat(begun.send("DELETE", "").status()).isEqualTo(404);
    }

    @Test
    void withoutASessionEachRequestSaysAll() {
        Answer discovered = caller.modern("server/discover", "{}");
        assertThat(discovered.result().path("supportedVersions").toString())
                .isEqualTo("[\"2026-07-28\",\"2025-11-25\",\"2025-06-18\"]");
        assertThat(discovered.result().path("resultType").asString()).isEqualTo("complete");
        assertThat(discovered.header("Mcp-Session-Id")).isEmpty();
        Answer added =
                caller.modern("tools/call", "{'name': 'add', 'arguments': {'a': 2, 'b': 3}}");
        assertThat(added.text()).isEqualTo("5");
        assertThat(added.result().path("_meta").toString()).contains("serverInfo");
        assertThat(caller.modern("tools/list", "{}").result().path("cacheScope").asString())
                .isEqualTo("private");
    }

    @Test
    void whatAToolDoesWrongIsAResult() {
        Answer failed = caller.begun().tool("fail", "{}");
        assertThat(failed.result().path("isError").asBoolean()).isTrue();
        assertThat(failed.text()).isEqualTo("Error: It fell down.");
        Answer unfit = caller.begun().tool("add", "{'a': 'x', 'b': 3}");
        assertThat(unfit.result().path("isError").asBoolean()).isTrue();
        assertThat(caller.begun().tool("nothing", "{}").error()).isEqualTo(-32602);
        assertThat(caller.begun().tool("chat", "{}").result().path("isError").asBoolean()).isTrue();
    }

    @Test
    void toolsAreForThoseWhoseScopeTheyHave() {
        ServedCaller user = caller.withKey(stack.key("ulla"));
        assertThat(caller.begun().tool("secret", "{}").error()).isEqualTo(-32602);
        assertThat(caller.modern("tools/call", "{'name': 'secret'}").error()).isEqualTo(-32602);
        assertThat(user.begun().call("tools/list", "{}").result().toString()).contains("secret");
        assertThat(user.begun().tool("secret", "{}").text()).isEqualTo("the secret");
        assertThat(user.modern("tools/call", "{'name': 'secret'}").text()).isEqualTo("the secret");
    }

    @Test
    void wrongCredentialsAreRefused() {
        Answer answer = caller.withKey("rk_none_none").call("initialize", "{}");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[{'jsonrpc': '2.0', 'id': 1, 'method': 'ping'}]",
                "1",
                "null",
                "'text'",
                "{}",
                "{'jsonrpc': '1.0', 'id': 1, 'method': 'ping'}",
                "{'jsonrpc': '2.0', 'id': null, 'method': 'ping'}",
                "{'jsonrpc': '2.0', 'id': 1.5, 'method': 'ping'}",
                "{'jsonrpc': '2.0', 'id': {}, 'method': 'ping'}",
                "{'jsonrpc': '2.0', 'id': 123456789012345678901234567890, 'method': 'ping'}",
                "{'jsonrpc': '2.0', 'id': 1, 'method': 7}",
                "{'jsonrpc': '2.0', 'id': 1, 'method': 'ping', 'params': []}",
                "{'jsonrpc': '2.0', 'id': 1}",
                "{'jsonrpc': '2.0', 'id': 1, 'result': {}, 'error': {}}"
            })
    void whatIsNoMessageIsRefused(String body) {
        Answer answer = caller.begun().post(body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).isEqualTo(-32600);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{'jsonrpc': }", "{} {}", "\u0000"})
    void whatIsNoJsonIsRefused(String body) {
        Answer answer = caller.begun().post(body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).isEqualTo(-32700);
    }

    @Test
    void nothingThatAnybodySendsBreaksIt() {
        ServedCaller begun = caller.begun();
        var random = new Random(7);
        String seed =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"add\","
                    + "\"arguments\":{\"a\":1,\"b\":2},\"_meta\":{\"progressToken\":1}}}";
        for (int i = 0; i < 300; i++) {
            var text = new StringBuilder(seed);
            for (int change = random.nextInt(1, 5); change > 0; change--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.setCharAt(at, (char) random.nextInt(32, 127));
                    default -> text.insert(at, "{}[]\",:0".charAt(random.nextInt(8)));
                }
            }
            Answer answer = begun.send("POST", text.toString());
            assertThat(answer.status()).as(text.toString()).isIn(200, 202, 400);
            assertThat(answer.response().body()).as(text.toString()).doesNotContain("-32603");
        }
        assertThat(begun.tool("add", "{'a': 2, 'b': 3}").text()).isEqualTo("5");
    }

    @Test
    void theHeadersMustFit() {
        ServedCaller begun = caller.begun();
        assertThat(begun.with("Accept", "application/json").call("ping", "{}").status())
                .isEqualTo(406);
        assertThat(begun.with("Accept", "*/*").call("ping", "{}").status()).isEqualTo(200);
        assertThat(begun.with("Content-Type", "text/plain").call("ping", "{}").status())
                .isEqualTo(415);
        assertThat(begun.with("MCP-Protocol-Version", "1900-01-01").call("ping", "{}").status())
                .isEqualTo(400);
        assertThat(caller.call("ping", "{}").status()).isEqualTo(400);
        assertThat(caller.with("Mcp-Session-Id", "x".repeat(43)).call("ping", "{}").status())
                .isEqualTo(404);
        assertThat(caller.send("GET", "").status()).isEqualTo(405);
        assertThat(caller.send("GET", "").header("Allow")).hasValue("POST, OPTIONS");
        assertThat(caller.send("PUT", "{}").status()).isEqualTo(405);
        assertThat(begun.call("nothing/there", "{}").error()).isEqualTo(-32601);
        assertThat(begun.call("resources/list", "{}").error()).isEqualTo(-32601);
        assertThat(begun.call("server/discover", "{}").error()).isEqualTo(-32601);
        assertThat(begun.post("{'x': '" + "x".repeat(100_000) + "'}").status()).isEqualTo(413);
    }

    @Test
    void theNewestRevisionChecksItsHeaders() {
        String ping = "{'name': 'add', 'arguments': {'a': 1, 'b': 1}}";
        assertThat(caller.with("Mcp-Method", "tools/list").modern("tools/call", ping).error())
                .isEqualTo(-32020);
        assertThat(caller.with("Mcp-Method", "").modern("tools/call", ping).error())
                .isEqualTo(-32020);
        assertThat(caller.with("Mcp-Name", "other").modern("tools/call", ping).status())
                .isEqualTo(400);
        assertThat(caller.with("Mcp-Name", "=?base64?YWRk?=").modern("tools/call", ping).text())
                .isEqualTo("2");
        assertThat(
                        caller.with("MCP-Protocol-Version", "2025-11-25")
                                .modern("tools/call", ping)
                                .error())
                .isEqualTo(-32020);
        assertThat(caller.with("MCP-Protocol-Version", "").modern("tools/call", ping).error())
                .isEqualTo(-32020);
        Answer future =
                caller.with("MCP-Protocol-Version", "2099-01-01")
                        .modern(
                                "tools/call",
                                ping,
                                "{'io.modelcontextprotocol/protocolVersion': '2099-01-01'}");
        assertThat(future.status()).isEqualTo(400);
        assertThat(future.error()).isEqualTo(-32022);
        assertThat(caller.modern("ping", "{}").status()).isEqualTo(404);
        assertThat(caller.modern("resources/list", "{}").error()).isEqualTo(-32601);
    }

    @Test
    void argumentsThatStandInHeadersMustBeTheSame() {
        String call =
                "{'name': 'test_custom_header', 'arguments': {'region': 'us-west1', 'priority':"
                        + " 42}}";
        ServedCaller good =
                suite.with("Mcp-Param-Region", "us-west1").with("Mcp-Param-Priority", "42.0");
        assertThat(good.modern("tools/call", call).status()).isEqualTo(200);
        assertThat(good.with("Mcp-Param-Region", "eu").modern("tools/call", call).error())
                .isEqualTo(-32020);
        assertThat(good.with("Mcp-Param-Region", "").modern("tools/call", call).error())
                .isEqualTo(-32020);
        assertThat(good.with("Mcp-Param-Verbose", "true").modern("tools/call", call).error())
                .isEqualTo(-32020);
        assertThat(
                        good.with("Mcp-Param-Region", "=?base64?dXMtd2VzdDE=?=")
                                .modern("tools/call", call)
                                .status())
                .isEqualTo(200);
    }

    @Test
    void noPageOfAnotherOriginMayCall() {
        assertThat(caller.with("Origin", "https://evil.example").call("initialize", "{}").status())
                .isEqualTo(403);
        assertThat(caller.with("Origin", "null").modern("server/discover", "{}").status())
                .isEqualTo(403);
        assertThat(caller.with("Origin", "https://app.example.com").modern("server/discover", "{}"))
                .extracting(Answer::status)
                .isEqualTo(200);
        assertThat(caller.with("Origin", "http://localhost:3000").modern("server/discover", "{}"))
                .extracting(Answer::status)
                .isEqualTo(200);
    }

    @Test
    void anotherCallersSessionIsNotThere() {
        ServedCaller ulla = caller.withKey(stack.key("ulla")).begun();
        assertThat(ulla.call("ping", "{}").status()).isEqualTo(200);
        ServedCaller thief = ulla.withKey(stack.key("theo"));
        assertThat(thief.call("ping", "{}").status()).isEqualTo(404);
        assertThat(thief.send("DELETE", "").status()).isEqualTo(404);
        assertThat(thief.with("Accept", "text/event-stream").send("GET", "").status())
                .isEqualTo(404);
        assertThat(ulla.with("Authorization", "").call("ping", "{}").status()).isEqualTo(404);
        var elsewhere = new ServedCaller(ulla.http(), suite.url(), ulla.headers());
        assertThat(elsewhere.call("ping", "{}").status()).isEqualTo(404);
        assertThat(ulla.call("ping", "{}").status()).isEqualTo(200);
    }

    @Test
    void whatAClientBringsAlongIsGoodForItsCallAlone() {
        String meta = "{'io.modelcontextprotocol/clientCapabilities': {'elicitation': {}}}";
        String call = "{'name': 'test_input_required_result_request_state'}";
        Answer first = suite.modern("tools/call", call, meta);
        assertThat(first.result().path("resultType").asString()).isEqualTo("input_required");
        String state = first.result().path("requestState").asString();
        String again =
                "'inputResponses': {'confirm': {'action': 'accept', 'content': {'ok': true}}},"
                        + " 'requestState': '"
                        + state
                        + "'}";
        assertThat(suite.modern("tools/call", call.replace("}", ", ") + again, meta).text())
                .startsWith("state-ok");
        assertThat(
                        suite.withKey(stack.key("theo"))
                                .modern("tools/call", call.replace("}", ", ") + again, meta)
                                .error())
                .isEqualTo(-32602);
        assertThat(
                        suite.modern(
                                        "tools/call",
                                        "{'name': 'test_input_required_result_tampered_state', "
                                                + again,
                                        meta)
                                .error())
                .isEqualTo(-32602);
    }

    @Test
    void aClientMustBeCapableOfWhatItIsAsked() {
        Answer answer = suite.modern("tools/call", "{'name': 'test_missing_capability'}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).isEqualTo(-32021);
        Answer legacy = suite.begun().tool("test_sampling", "{'prompt': 'Hi'}");
        assertThat(legacy.error()).isEqualTo(-32021);
    }

    @Test
    void theEndpointIsListedWithTheAgent() {
        var agent =
                new ServedCaller(caller.http(), caller.url().replace("/mcp", ""), caller.headers());
        assertThat(agent.with("Accept", "*/*").send("GET", "").last().path("endpoints").toString())
                .contains(caller.url());
    }
}
