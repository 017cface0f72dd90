package ai.robutler.nli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Json;
import ai.robutler.store.EachDatabase;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.stream.Stream;

@EachDatabase(migrated = {"store", "nli"})
class A2aTest {
    private final TestDatabase database;

    A2aTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void theCardSaysWhatTheAgentDoesAndIsNotSentTwice() throws Exception {
        try (A2aNode node = new A2aNode(database.open())) {
            String path = "/helper/.well-known/agent-card.json";
            HttpResponse<String> card = node.get(path, "alice");
            JsonNode json = Json.parse(card.body());
            assertThat(json.path("name").asString("")).isEqualTo("helper");
            assertThat(json.path("supportedInterfaces").path(0).path("url").asString(""))
                    .isEqualTo(node.node().url() + "/helper/a2a");
            assertThat(json.path("skills").path(0).path("tags").path(0).asString(""))
                    .isEqualTo("help me");
            String tag = card.headers().firstValue("ETag").orElseThrow();
            HttpResponse<String> again = node.get(path, "alice", "If-None-Match", tag);
            assertThat(again.statusCode()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(node.get(path, "alice", "If-None-Match", "\"x\"").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aTaskIsItsCallersAloneOnEveryNode() throws Exception {
        try (A2aNode one = new A2aNode(database.open());
                A2aNode two = new A2aNode(database.open())) {
            JsonNode sent = one.rpc("SendMessage", A2aNode.message("Hello.", ""), "alice");
            String id = sent.path("result").path("task").path("id").asString("");
            String get = "{\"id\":\"%s\"}".formatted(id);
            assertThat(two.rpc("GetTask", get, "alice").path("result").path("id").asString(""))
                    .isEqualTo(id);
            assertThat(two.rpc("GetTask", get, "mallory").path("error").path("code").asInt())
                    .isEqualTo(-32001);
            assertThat(two.rpc("CancelTask", get, "mallory").path("error").path("code").asInt())
                    .isEqualTo(-32001);
            assertThat(total(two.rpc("ListTasks", "{}", "alice"))).isEqualTo(1);
            assertThat(total(two.rpc("ListTasks", "{}", "mallory"))).isZero();
            assertThat(two.get("/helper/a2a/v1/tasks/" + id, "mallory").statusCode())
                    .isEqualTo(404);
        }
    }

    private static int total(JsonNode answer) {
        return answer.path("result").path("totalSize").asInt(-1);
    }

    @Test
    void aTaskOnAnotherNodeIsCancelled() throws Exception {
        try (A2aNode one = new A2aNode(database.open());
                A2aNode two = new A2aNode(database.open())) {
            JsonNode sent =
                    one.rpc(
                            "SendMessage",
                            A2aNode.message(
                                    "Take for ever.",
                                    ",\"configuration\":{\"returnImmediately\":true}"),
                            "alice");
            JsonNode task = sent.path("result").path("task");
            assertThat(task.path("status").path("state").asString(""))
                    .isEqualTo("TASK_STATE_WORKING");
            String id = "{\"id\":\"%s\"}".formatted(task.path("id").asString(""));
            JsonNode cancelled = two.rpc("CancelTask", id, "alice");
            assertThat(cancelled.path("result").path("status").path("state").asString(""))
                    .as(cancelled.toString())
                    .isEqualTo("TASK_STATE_CANCELED");
            assertThat(one.rpc("CancelTask", id, "alice").path("error").path("code").asInt())
                    .isEqualTo(-32002);
        }
    }

    @Test
    void aTaskThatIsWorkedOnIsSubscribedToInBothBindings() throws Exception {
        try (A2aNode node = new A2aNode(database.open())) {
            String id = begun(node);
            String params = "{\"id\":\"%s\"}".formatted(id);
            String call =
                    "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"SubscribeToTask\",\"params\":%s}"
                            .formatted(params);
            String path = "/helper/a2a/v1/tasks/" + id + ":subscribe";
            try (Stream<String> rpc = lines(node, node.post("/helper/a2a", call, "alice"));
                    Stream<String> rest = lines(node, node.post(path, "{}", "alice"))) {
                Iterator<JsonNode> wrapped = rpc.map(Json::parse).iterator();
                Iterator<JsonNode> bare = rest.map(Json::parse).iterator();
                JsonNode first = wrapped.next();
                assertThat(first.path("id").asInt()).isEqualTo(7);
                assertBegun(first.path("result"), id);
                assertBegun(bare.next(), id);
                node.rpc("CancelTask", params, "alice");
                assertCancelled(wrapped.next().path("result"));
                assertCancelled(bare.next());
                assertThat(wrapped.hasNext() || bare.hasNext()).isFalse();
            }
        }
    }

    private static void assertBegun(JsonNode event, String id) {
        assertThat(event.path("task").path("id").asString("")).isEqualTo(id);
        assertThat(state(event.path("task"))).isEqualTo("TASK_STATE_WORKING");
    }

    private static void assertCancelled(JsonNode event) {
        assertThat(state(event.path("statusUpdate"))).isEqualTo("TASK_STATE_CANCELED");
    }

    /** What the events of an answer hold, as they come. */
    private static Stream<String> lines(A2aNode node, HttpRequest.Builder request)
            throws Exception {
        HttpResponse<Stream<String>> answer =
                node.node().client.send(request.build(), HttpResponse.BodyHandlers.ofLines());
        assertThat(answer.headers().firstValue("content-type").orElse(""))
                .startsWith("text/event-stream");
        return answer.body()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring("data: ".length()));
    }

    @Test
    void aTaskIsNotSubscribedToByOthersNorElsewhereNorAfterItsEnd() throws Exception {
        try (A2aNode node = new A2aNode(database.open());
                A2aNode other = new A2aNode(database.open())) {
            String running = begun(node);
            assertThat(subscribed(node, running, "mallory")).isEqualTo(-32001);
            assertThat(subscribed(other, running, "alice")).isEqualTo(-32004);
            node.rpc("CancelTask", "{\"id\":\"%s\"}".formatted(running), "alice");
            assertThat(subscribed(node, running, "alice")).isEqualTo(-32004);
            assertThat(subscribed(node, "nonsense", "alice")).isEqualTo(-32001);
        }
    }

    private static int subscribed(A2aNode node, String id, String user) throws Exception {
        return node.rpc("SubscribeToTask", "{\"id\":\"%s\"}".formatted(id), user)
                .path("error")
                .path("code")
                .asInt();
    }

    /** The id of a task that takes for ever. */
    private static String begun(A2aNode node) throws Exception {
        String message =
                A2aNode.message(
                        "Take for ever.", ",\"configuration\":{\"returnImmediately\":true}");
        JsonNode task = node.rpc("SendMessage", message, "alice").path("result").path("task");
        assertThat(state(task)).isEqualTo("TASK_STATE_WORKING");
        return task.path("id").asString("");
    }

    private static String state(JsonNode of) {
        return of.path("status").path("state").asString("");
    }

    @Test
    void whatIsNoRequestIsToldInTheProtocolsTerms() throws Exception {
        try (A2aNode node = new A2aNode(database.open())) {
            assertThat(code(node, "Nonsense", "{}")).isEqualTo(-32601);
            assertThat(code(node, "SendMessage", "{}")).isEqualTo(-32602);
            assertThat(code(node, "ListTasks", "{\"pageSize\":0}")).isEqualTo(-32602);
            assertThat(code(node, "ListTasks", "{\"pageToken\":\"?\"}")).isEqualTo(-32602);
            assertThat(code(node, "CreateTaskPushNotificationConfig", "{}")).isEqualTo(-32003);
            String sound =
                    A2aNode.message("x", "").replace("\"text\":\"x\"", "\"url\":\"http://x/y\"");
            assertThat(code(node, "SendMessage", sound)).isEqualTo(-32005);
            var unversioned =
                    java.net.http.HttpRequest.newBuilder(
                                    java.net.URI.create(node.node().url() + "/helper/a2a/v1/tasks"))
                            .header("X-User", "alice");
            HttpResponse<String> old = node.node().send(unversioned);
            assertThat(old.statusCode()).isEqualTo(400);
            assertThat(old.body()).contains("VERSION_NOT_SUPPORTED", "a2a-protocol.org");
        }
    }

    private static int code(A2aNode node, String method, String params) throws Exception {
        return node.rpc(method, params, "alice").path("error").path("code").asInt();
    }

    @Test
    void manyTasksComeInPages() throws Exception {
        try (A2aNode node = new A2aNode(database.open())) {
            for (int i = 0; i < 5; i++) {
                node.rpc("SendMessage", A2aNode.message("Hello " + i, ""), "alice");
            }
            String token = "";
            var seen = new java.util.ArrayList<String>();
            do {
                JsonNode page =
                        node.rpc(
                                        "ListTasks",
                                        "{\"pageSize\":2,\"pageToken\":\"%s\"}".formatted(token),
                                        "alice")
                                .path("result");
                page.path("tasks").forEach(task -> seen.add(task.path("id").asString("")));
                assertThat(page.path("tasks").path(0).has("artifacts")).isFalse();
                token = page.path("nextPageToken").asString("");
            } while (!token.isEmpty());
            assertThat(seen).hasSize(5).doesNotHaveDuplicates();
        }
    }
}
