package ai.robutler.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Caller;
import ai.robutler.core.PaidUse;
import ai.robutler.core.Scope;
import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The API as others see it: over HTTP. */
class DiscoveryApiTest {
    private static final PaidUse BOOKS =
            agents ->
                    agents.contains(new PaidUse.Agent("", "busy"))
                            ? Map.of(new PaidUse.Agent("", "busy"), new PaidUse.Use(9_990, 10))
                            : Map.of();

    private final TestClock clock = new TestClock();
    private final TestDatabase database = TestDatabase.create(Database.Kind.SQLITE);
    private final DiscoverySettings settings =
            new DiscoverySettings(true, 5, 4, Duration.ofMinutes(1), 4, Duration.ofSeconds(10), "");
    private final Node node =
            new Node(database.database(), clock, settings, BOOKS, Optional.empty());
    private final Stranger stranger = new Stranger();

    @AfterEach
    void close() throws IOException {
        stranger.close();
        node.close();
        database.close();
    }

    private JsonNode results(String user, String body) {
        var answer = node.post("/api/intents/search", user, body);
        assertThat(answer.status()).isEqualTo(200);
        return answer.body().path("results");
    }

    @Test
    void aSearchTellsAllThatIsKnown() {
        node.serve(Node.agent("busy", "Sings.", "sing a song"));
        JsonNode busy = results("", "{\"intent\":\"sing a song\",\"top_k\":3}").path(0);
        assertThat(busy.path("agent").stringValue()).isEqualTo("busy");
        assertThat(busy.path("rank").intValue()).isEqualTo(1);
        assertThat(busy.path("intent").stringValue()).isEqualTo("sing a song");
        assertThat(busy.path("url").stringValue()).isEqualTo(node.server.url() + "/busy");
        assertThat(busy.path("price").stringValue()).isEqualTo("0");
        assertThat(busy.path("price_claimed").booleanValue()).isFalse();
        assertThat(busy.path("paid_requests").longValue()).isEqualTo(9_990);
        assertThat(busy.path("success_rate").doubleValue()).isEqualTo(0.999);
        assertThat(busy.path("health").stringValue()).isEqualTo("up");
        assertThat(busy.path("similarity").doubleValue()).isBetween(0.1, 1.0);
        assertThat(node.get("/api/discovery?intent=sing&top_k=1", "").body().path("results"))
                .hasSize(1);
        assertThat(node.post("/api/discovery", "", "{\"intent\":\"sing\"}").body().path("results"))
                .hasSize(1);
    }

    @Test
    void whoServedManyWellComesBeforeWhoIsNew() {
        node.serve(
                Node.agent("aaaa", "Sings.", "sing a song"),
                Node.agent("busy", "Sings.", "sing a song"),
                Node.agent("zzzz", "Sings.", "sing a song"));
        assertThat(node.names("sing a song")).first().isEqualTo("busy");
    }

    @Test
    void whatIsWrongIsNamed() {
        for (var each :
                Map.of(
                                "{\"intent\":\"\"}", "intent",
                                "{\"intent\":\"x\",\"top_k\":0}", "top_k",
                                "{\"intent\":\"x\",\"top_k\":51}", "top_k",
                                "{\"intent\":7}", "intent",
                                "{\"intent\":\"x\",\"filters\":{\"max_price\":1}}", "max_price",
                                "{\"intent\":\"x\",\"filters\":{\"health\":[\"ill\"]}}", "health",
                                "{\"intent\":\"x\",\"filters\":{\"owner\":\"a\\u0000b\"}}", "owner",
                                "{\"intent\":\"x\",\"color\":1}", "color")
                        .entrySet()) {
            var answer = node.post("/api/intents/search", "", each.getKey());
            assertThat(answer.status()).as(each.getKey()).isEqualTo(400);
            assertThat(answer.body().path("error").path("param").stringValue())
                    .isEqualTo(each.getValue());
        }
        assertThat(node.get("/api/agents?cursor=x", "").status()).isEqualTo(400);
        assertThat(node.get("/api/agents?limit=0", "").status()).isEqualTo(400);
    }

    @Test
    void whoPublishesNeedsCredentials() {
        var answer = node.post("/api/intents/publish", "", "{\"agent\":\"a\",\"intents\":[\"x\"]}");
        assertThat(answer.status()).isEqualTo(401);
    }

    @Test
    void aRemoteAgentIsListedInTwoSteps() {
        String body =
                "{\"agent\":\"far\",\"url\":\""
                        + stranger.url("far")
                        + "\",\"description\":\"Far.\",\"intents\":[\"far away\"],\"price\":\"0.5\"}";
        stranger.agent("far");
        var first = node.post("/api/intents/publish", "alice", body);
        assertThat(first.status()).isEqualTo(202);
        JsonNode challenge = first.body().path("challenge");
        stranger.at(
                challenge.path("url").stringValue().substring(stranger.url().length()),
                Stranger.text(200, challenge.path("proof").stringValue() + "\n"));
        var second = node.post("/api/intents/publish", "alice", body);
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.body().path("status").stringValue()).isEqualTo("listed");
        node.discovery.refresh();
        JsonNode far = results("", "{\"intent\":\"far away\"}").path(0);
        assertThat(far.path("owner").stringValue()).isEqualTo("alice");
        assertThat(far.path("price").stringValue()).isEqualTo("0.5");
        assertThat(far.path("price_claimed").booleanValue()).isTrue();
        assertThat(far.has("paid_requests")).isFalse();
        assertThat(node.send("DELETE", "/api/intents/far", "bob", "").status()).isEqualTo(404);
        assertThat(node.send("DELETE", "/api/intents/far", "alice", "").status()).isEqualTo(200);
    }

    @Test
    void whoPublishesTooOftenWaits() {
        String body = "{\"agent\":\"none\",\"intents\":[\"x\"]}";
        for (int i = 0; i < settings.publishesPerMinute(); i++) {
            assertThat(node.post("/api/intents/publish", "alice", body).status()).isEqualTo(403);
        }
        assertThat(node.post("/api/intents/publish", "alice", body).status()).isEqualTo(429);
        assertThat(node.post("/api/intents/publish", "bob", body).status()).isEqualTo(403);
        clock.move(Duration.ofMinutes(1));
        assertThat(node.post("/api/intents/publish", "alice", body).status()).isEqualTo(403);
    }

    @Test
    void theListIsPagedAndEachSeesHisOwn() {
        node.serve(
                Node.agent("a", "A."),
                Node.agent("b", "alice", Scope.OWNER, "B."),
                Node.agent("c", "C."),
                Node.agent("d", "D."));
        assertThat(walk("")).isEqualTo("a c d ");
        assertThat(walk("alice")).isEqualTo("a b c d ");
        assertThat(walk("bob")).isEqualTo("a c d ");
        assertThat(walk("root")).isEqualTo("a b c d ");
    }

    private String walk(String user) {
        var names = new StringBuilder();
        String cursor = "";
        do {
            JsonNode page =
                    node.get(
                                    "/api/agents?limit=2"
                                            + (cursor.isEmpty() ? "" : "&cursor=" + cursor),
                                    user)
                            .body();
            page.path("agents")
                    .forEach(agent -> names.append(agent.path("agent").stringValue()).append(' '));
            cursor = page.path("next").asString("");
        } while (!cursor.isEmpty());
        return names.toString();
    }

    @Test
    void nothingIsProvedThatNobodyAskedFor() {
        node.serve(Node.agent("a", "A."));
        assertThat(
                        node.get(
                                        "/a/.well-known/robutler-challenge/abcdefghijklmnopqrstuvwx",
                                        "")
                                .status())
                .isEqualTo(404);
        assertThat(node.search("x", Caller.anonymous())).isEmpty();
    }
}
