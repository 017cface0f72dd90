package ai.robutler.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.Json;
import ai.robutler.mcp.ServedCaller.Answer;
import ai.robutler.server.RobutlerServer;
import ai.robutler.store.EachDatabase;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Sessions on several nodes, their bounds and their end; both databases. */
@EachDatabase(migrated = {"identity", "mcp"})
class ServedNodesTest {

    /** A stream that is read line by line; it begins before there is any news. */
    private static BufferedReader open(ServedCaller caller, String method, String body)
            throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(caller.url()))
                        .timeout(Duration.ofSeconds(10))
                        .method(
                                method,
                                HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
        caller.headers().forEach(request::header);
        var response =
                ServedCaller.HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** The next message. */
    private static JsonNode next(BufferedReader stream) throws Exception {
        while (true) {
            String line = stream.readLine();
            assertThat(line).as("the stream ended").isNotNull();
            if (line.startsWith("data: ")) {
                return Json.parse(line.substring(6));
            }
        }
    }

    private static ServedCaller at(RobutlerServer node, ServedCaller like) {
        return new ServedCaller(like.http(), node.url() + "/suite/mcp", like.headers());
    }

    private static ServedCaller to(RobutlerServer node) {
        return ServedCaller.to(node.url() + "/suite/mcp");
    }

    @Test
    void anotherNodeGoesOnWithASession(TestDatabase database) throws Exception {
        var skill = new ServedSuiteSkill();
        try (var stack = new ServedStack(database.database())) {
            RobutlerServer one = stack.serve(stack.agent("suite", a -> a.skill("s", skill)));
            RobutlerServer other = stack.serve(stack.agent("suite", a -> a.skill("s", skill)));
            ServedCaller begun = to(one).begun("2025-06-18", "{'elicitation': {}}");
            assertThat(at(other, begun).tool("test_simple_text", "{}").text()).contains("simple");
            // A question that is asked at one node, and answered at the other.
            try (BufferedReader stream =
                    open(
                            begun,
                            "POST",
                            "{'jsonrpc': '2.0', 'id': 1, 'method': 'tools/call', 'params': {'name':"
                                    + " 'test_elicitation', 'arguments': {'message': 'Well?'}}}")) {
                JsonNode asked = next(stream);
                assertThat(asked.path("method").asString()).isEqualTo("elicitation/create");
                String answer =
                        "{'jsonrpc': '2.0', 'id': '"
                                + asked.path("id").asString()
                                + "', 'result': {'action': 'accept', 'content': {'response':"
                                + " 'yes'}}}";
                // What somebody else says is not heard.
                String lie = answer.replace("yes", "lie");
                assertThat(to(other).begun().post(lie).status()).isEqualTo(202);
                assertThat(at(other, begun).post(answer).status()).isEqualTo(202);
                assertThat(next(stream).toString()).contains("yes").doesNotContain("lie");
            }
            assertThat(at(other, begun).send("DELETE", "").status()).isEqualTo(204);
            assertThat(begun.call("ping", "{}").status()).isEqualTo(404);
        }
    }

    @Test
    void aCancellationReachesTheNodeThatWorks(TestDatabase database) throws Exception {
        var watched = new ServedRunTest.Watched();
        try (var stack = new ServedStack(database.database())) {
            RobutlerServer one = stack.serve(stack.agent("suite", a -> a.skill(watched)));
            RobutlerServer other = stack.serve(stack.agent("suite", a -> a.skill(watched)));
            ServedCaller begun = to(one).begun();
            try (BufferedReader stream =
                    open(
                            begun,
                            "POST",
                            "{'jsonrpc': '2.0', 'id': 'x', 'method': 'tools/call', 'params':"
                                    + " {'name': 'wait', '_meta': {'progressToken': 1}}}")) {
                assertThat(watched.begun.await(10, TimeUnit.SECONDS)).isTrue();
                String cancel =
                        "{'jsonrpc': '2.0', 'method': 'notifications/cancelled', 'params':"
                                + " {'requestId': 'x'}}";
                assertThat(at(other, begun).post(cancel).status()).isEqualTo(202);
                assertThat(watched.ended.await(10, TimeUnit.SECONDS)).isTrue();
                assertThat(stream.readAllAsString()).doesNotContain("result");
            }
        }
    }

    @Test
    void aCallersSessionsAreBoundedAndExpire(TestDatabase database) throws Exception {
        try (var stack = new ServedStack(database.database())) {
            RobutlerServer node =
                    stack.serve(
                            ServedStack.settings(
                                    "{'sessions-per-caller': 2, 'anonymous-sessions': 1,"
                                            + " 'session-expiry': '2s'}"),
                            _ -> {},
                            stack.agent("suite", a -> a.skill("s", new ServedSuiteSkill())));
            ServedCaller ulla = to(node).withKey(stack.key("ulla"));
            ServedCaller first = ulla.begun();
            ServedCaller second = ulla.begun();
            ServedCaller anybody = to(node).begun();
            ServedCaller third = ulla.begun();
            List<ServedCaller> alive = new ArrayList<>();
            for (ServedCaller each : List.of(first, second, third)) {
                if (each.call("ping", "{}").status() == 200) {
                    alive.add(each);
                }
            }
            assertThat(alive).hasSize(2).contains(third);
            // Her many sessions took nobody else's away.
            assertThat(anybody.call("ping", "{}").status()).isEqualTo(200);
            assertThat(to(node).begun().call("ping", "{}").status()).isEqualTo(200);
            assertThat(anybody.call("ping", "{}").status()).isEqualTo(404);
            long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            // Each look keeps it alive: so nobody looks until it must have expired.
            while (System.nanoTime() < until - Duration.ofSeconds(17).toNanos()) {
                LockSupport.parkNanos(10_000_000);
            }
            assertThat(third.call("ping", "{}").status()).isEqualTo(404);
        }
    }

    @Test
    void whoListensHearsOfChanges(TestDatabase database) throws Exception {
        var skill = new ServedSuiteSkill();
        try (var stack = new ServedStack(database.database())) {
            RobutlerServer one = stack.serve(stack.agent("suite", a -> a.skill("s", skill)));
            Agent agent = stack.agent("suite", a -> a.skill("s", skill));
            RobutlerServer other = stack.serve(agent);
            ServedCaller begun = to(other).begun();
            assertThat(
                            begun.call("resources/subscribe", "{'uri': 'test://watched-resource'}")
                                    .status())
                    .isEqualTo(200);
            var heard = new CountDownLatch(1);
            try (BufferedReader stream = open(begun, "GET", "")) {
                Thread changing =
                        Thread.ofVirtual()
                                .start(
                                        () -> {
                                            while (heard.getCount() > 0) {
                                                to(one).begun()
                                                        .tool("test_trigger_tool_change", "{}");
                                                LockSupport.parkNanos(700_000_000);
                                            }
                                        });
                var methods = new ArrayList<String>();
                while (methods.stream().distinct().count() < 2) {
                    methods.add(next(stream).path("method").asString());
                }
                heard.countDown();
                changing.join();
                assertThat(methods)
                        .contains(
                                "notifications/tools/list_changed",
                                "notifications/resources/updated");
                Answer second = begun.send("GET", "");
                assertThat(second.status()).isEqualTo(409);
                // The agent is replaced: the stream says so, and ends.
                agent.close();
                assertThat(stream.readAllAsString()).contains("list_changed");
            }
        }
    }
}
