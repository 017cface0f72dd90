package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.robutler.core.Caller;
import ai.robutler.core.EndpointReply;
import ai.robutler.core.HttpEndpoint;
import ai.robutler.core.RunContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;

/** Endpoints of the platform are below paths of their own. */
class MountTest {
    private final RobutlerServer server = builder().build().start();
    private final Http http = Http.of(server);

    private static ServerBuilder builder() {
        return RobutlerServer.builder()
                .agent(Scripted.agent("echo", new Scripted.Echo()))
                .authenticator(
                        head ->
                                head.header("X-API-Key")
                                        .map(Caller::user)
                                        .orElse(Caller.anonymous()))
                .mount("/api", new Outer())
                .mount("/api/pay", new Pay())
                .mount("/api/pay", new More())
                .mountOpen("/.well-known", new Keys())
                .port(0);
    }

    /** At the root of all others. */
    public static final class Outer {
        @HttpEndpoint(path = "/pay/verify", method = "PUT")
        public String outer() {
            return "outer";
        }

        @HttpEndpoint(path = "/discovery", method = "POST")
        public String discovery(String intent) {
            return intent;
        }
    }

    /** The main part. */
    public static final class Pay {
        @HttpEndpoint(path = "/lock/{id}")
        public Map<String, String> show(String id) {
            return Map.of("id", id);
        }

        @HttpEndpoint(path = "/lock/all")
        public String all() {
            return "all of them";
        }

        @HttpEndpoint(path = "/lock/{id}", method = "PATCH")
        public Map<String, Object> change(String id, long amount, List<String> tags) {
            return Map.of("id", id, "amount", amount, "tags", tags);
        }

        @HttpEndpoint(path = "/lock/{id}", method = "DELETE")
        public void release(String id) {}

        @HttpEndpoint(path = "/verify", method = "POST")
        public String verify(@HttpEndpoint.Body Map<String, Object> body) {
            return "verified " + body.get("token");
        }

        @HttpEndpoint(path = "/whole", method = "POST", scope = "user")
        public EndpointReply whole() {
            return EndpointReply.json(Map.of("caller", RunContext.current().caller().subject()))
                    .withStatus(201);
        }
    }

    /** Shares the path. */
    public static final class More {
        @HttpEndpoint(path = "/statement")
        public Map<String, Object> statement(String from, int limit) {
            return Map.of("from", from, "limit", limit);
        }

        @HttpEndpoint(path = "/verify")
        public String how() {
            return "POST a token";
        }
    }

    /** For everybody. */
    public static final class Keys {
        @HttpEndpoint(path = "/jwks.json")
        public String keys() {
            return "caller:" + RunContext.current().caller().subject();
        }
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private Http.Answer send(String method, String path, String json) {
        return http.send(
                http.request(path)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(json)));
    }

    @Test
    void pathQueryAndBodyAreBound() {
        var patched =
                send(
                        "PATCH",
                        "/api/pay/lock/a%2Fb",
                        "{\"amount\":9007199254740993,\"tags\":[\"x\"]}");
        assertThat(patched.body())
                .contains("\"id\":\"a/b\"", "\"amount\":9007199254740993", "\"tags\":[\"x\"]");
        var statement = http.get("/api/pay/statement?from=2026-11-01&limit=5");
        assertThat(statement.at("/from")).isEqualTo("2026-11-01");
        assertThat(statement.json().at("/limit").asInt()).isEqualTo(5);
        assertThat(send("POST", "/api/pay/verify/", "{\"token\":\"t\"}").body())
                .isEqualTo("verified t");
        assertThat(send("POST", "/api/discovery", "{\"intent\":\"rain\"}").body())
                .isEqualTo("rain");
        assertThat(http.method("DELETE", "/api/pay/lock/7").status()).isEqualTo(204);
    }

    @Test
    void aPathWordByWordComesBeforeOneWithVariables() {
        assertThat(http.get("/api/pay/lock/all").body()).isEqualTo("all of them");
        assertThat(http.get("/api/pay/lock/any").at("/id")).isEqualTo("any");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST|/api/pay/lock/1|DELETE, GET, HEAD, OPTIONS, PATCH",
                "DELETE|/api/pay/verify|GET, HEAD, OPTIONS, POST, PUT",
                "POST|/.well-known/jwks.json|GET, HEAD, OPTIONS",
                "PATCH|/api/discovery|OPTIONS, POST"
            })
    void otherMethodsAre405(String method, String path, String allow) {
        var answer = http.method(method, path);
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo(allow);
        var options = http.method("OPTIONS", path);
        assertThat(options.status()).isEqualTo(204);
        assertThat(options.header("Allow")).isEqualTo(allow);
    }

    @Test
    void headIsGetWithoutTheBody() {
        var head = http.method("HEAD", "/api/pay/verify");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo("12");
        assertThat(head.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api", "/api/pay", "/api/pay/", "/api/pay/x", "/api/x", "/api/pay/lock"})
    void whatIsNotThereIs404(String path) {
        var answer = http.get(path);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.at("/error/code")).isEqualTo("not_found");
    }

    @Test
    void wrongBodiesAreTold() {
        assertThat(send("PATCH", "/api/pay/lock/1", "{\"amount\":\"x\"}").at("/error/param"))
                .isEqualTo("amount");
        assertThat(send("PATCH", "/api/pay/lock/1", "{broken").at("/error/code"))
                .isEqualTo("invalid_json");
        var text = http.request("/api/pay/verify").header("Content-Type", "text/plain");
        assertThat(http.send(text.POST(HttpRequest.BodyPublishers.ofString("t"))).status())
                .isEqualTo(415);
    }

    @Test
    void scopesAreCheckedBeforeTheBodyIsRead() {
        assertThat(send("POST", "/api/pay/whole", "{broken").status()).isEqualTo(401);
        var known = http.send(http.posting("/api/pay/whole", "{}").header("X-API-Key", "alice"));
        assertThat(known.status()).isEqualTo(201);
        assertThat(known.at("/caller")).isEqualTo("alice");
    }

    @Test
    void whereNobodyAsksNobodyIsKnown() {
        var keys = http.send(http.request("/.well-known/jwks.json").header("X-API-Key", "alice"));
        assertThat(keys.body()).isEqualTo("caller:");
    }

    @Test
    void metricsHaveTemplates() {
        http.get("/api/pay/lock/secret-1");
        http.get("/api/pay/secret-2");
        Await.until(
                "both are counted",
                () -> http.get("/metrics").body().contains("route=\"/api/pay/lock/{id}\""));
        assertThat(http.get("/metrics").body()).doesNotContain("secret-1", "secret-2");
    }

    @Test
    void aPrefixDoesNotMoveThem() {
        try (var moved = builder().urlPrefix("/ai").build().start();
                var client = Http.of(moved)) {
            assertThat(client.get("/api/pay/lock/1").status()).isEqualTo(200);
            assertThat(client.get("/.well-known/jwks.json").status()).isEqualTo(200);
            assertThat(client.get("/ai/api/pay/lock/1").status()).isEqualTo(404);
            assertThat(client.get("/ai/echo").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "api/x",
                "/echo",
                "/health",
                "/v1/x",
                "/agents",
                "/api/../x",
                "/api/"
            })
    void theyAreWhereNoAgentCanBe(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RobutlerServer.builder().mount(path, new Pay()))
                .withMessageContaining("/.well-known");
    }

    @Test
    void anObjectWithoutEndpointsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RobutlerServer.builder().mount("/api/x", new Object()));
    }
}
