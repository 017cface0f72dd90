package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Caller;
import ai.robutler.core.Credential;
import ai.robutler.core.HttpEndpoint;
import ai.robutler.core.RunContext;
import ai.robutler.core.Scope;
import ai.robutler.core.UnavailableException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Where callers are required, strangers get what is public, and learn nothing else. */
class CallersRequiredTest {
    private final AtomicInteger lookUps = new AtomicInteger();
    private final AtomicInteger onVirtual = new AtomicInteger();
    private final RobutlerServer server =
            RobutlerServer.builder()
                    .agent(agent("open", Scope.ALL))
                    .agent(agent("private", Scope.OWNER))
                    .resolver(
                            name -> {
                                lookUps.incrementAndGet();
                                return Optional.empty();
                            })
                    .authenticator(this::authenticate)
                    .callersRequired(true)
                    .corsOrigins("https://app.example.com")
                    .mount("/api/things", new Things())
                    .mountOpen("/.well-known", new WellKnown())
                    .mountAgents(new Every())
                    .port(0)
                    .build()
                    .start();
    private final Http http = Http.of(server);

    /** Of the platform. */
    public static final class Things {
        @HttpEndpoint(path = "/public")
        public String all() {
            return "for all";
        }

        @HttpEndpoint(path = "/mine", scope = "user")
        public String mine() {
            return "for users";
        }
    }

    /** Of the platform, and public. */
    public static final class WellKnown {
        @HttpEndpoint(path = "/jwks.json")
        public Map<String, List<String>> keys() {
            return Map.of("keys", List.of());
        }
    }

    /** Of an agent. */
    public static final class Own {
        @HttpEndpoint(path = "/own")
        public String own() {
            return "own";
        }

        @HttpEndpoint(path = "/hook", open = true)
        public String hook() {
            return "hooked";
        }

        @HttpEndpoint(path = "/hook", method = "DELETE")
        public String unhook() {
            return "unhooked";
        }
    }

    /** Of every agent. */
    public static final class Every {
        @HttpEndpoint(path = "/.well-known/card.json", open = true)
        public Map<String, String> card(RunContext context) {
            return Map.of("name", context.agent().name());
        }

        @HttpEndpoint(path = "/each")
        public String each() {
            return "each";
        }
    }

    private static Agent agent(String name, Scope scope) {
        return Agent.builder(name)
                .model("test/scripted", new Scripted.Echo())
                .scope(scope)
                .owner("alice")
                .skill(new Own())
                .build();
    }

    private Caller authenticate(RequestHead head) {
        onVirtual.addAndGet(Thread.currentThread().isVirtual() ? 0 : 1);
        return switch (head.header("Authorization").orElse("")) {
            case "" -> Caller.anonymous();
            case "Bearer alice" -> Caller.user("alice");
            case "Bearer bob" -> Caller.user("bob");
            case "Bearer limited" ->
                    new Caller.User(
                            "alice",
                            Set.of(),
                            new Credential("rk_1", "", Set.of("private"), List.of()));
            case "Bearer away" ->
                    throw new UnavailableException("Away.", Duration.ofSeconds(3), null);
            default -> throw new AuthenticationException("invalid_api_key", "Wrong key.");
        };
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private Http.Answer as(String who, String path) {
        return http.send(http.request(path).header("Authorization", "Bearer " + who));
    }

    private Http.Answer chat(String who, String path, String body) {
        return http.send(http.posting(path, body).header("Authorization", "Bearer " + who));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/health",
                "/health/live",
                "/health/ready",
                "/api/things/public",
                "/.well-known/jwks.json",
                "/open/health",
                "/open/hook",
                "/open/.well-known/card.json"
            })
    void whatIsPublicIsForAll(String path) {
        assertThat(http.get(path).status()).isEqualTo(200);
        assertThat(http.method("HEAD", path).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /",
        "GET, /agents",
        "GET, /metrics",
        "GET, /health/detailed",
        "GET, /v1/models",
        "GET, /v1/models/open",
        "GET, /v1/models/nobody",
        "POST, /v1/chat/completions",
        "GET, /open",
        "HEAD, /open",
        "PUT, /open",
        "GET, /private",
        "GET, /nobody",
        "GET, /nobody/health",
        "GET, /private/health",
        "GET, /private/hook",
        "GET, /nobody/hook",
        "DELETE, /open/hook",
        "GET, /private/.well-known/card.json",
        "GET, /nobody/.well-known/card.json",
        "GET, /open/each",
        "GET, /open/models",
        "GET, /open/own",
        "GET, /nobody/own",
        "GET, /private/own",
        "GET, /open/nothing",
        "DELETE, /open/own",
        "POST, /open/chat/completions",
        "POST, /nobody/chat/completions",
        "GET, /open/chat/completions",
        "GET, /api/things/mine",
        "POST, /api/things/mine",
        "GET, /api/things/nothing",
        "GET, /api/nothing",
        "GET, /docs",
        "GET, /a/b/c/d",
        "BREW, /agents",
    })
    void everythingElseIs401(String method, String path) {
        var answer = http.method(method, path);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
        assertThat(answer.header("X-Request-ID")).isNotEmpty();
        assertThat(answer.header("Allow")).isEmpty();
        assertThat(lookUps).hasValue(0);
    }

    @Test
    void strangersCannotTellWhatIsThere() {
        List<String> paths = List.of("", "/own", "/chat/completions", "/models", "/x/y");
        for (String path : paths) {
            for (String method : List.of("GET", "POST", "OPTIONS", "PUT")) {
                var none = http.method(method, "/nobody" + path);
                for (String agent : List.of("/open", "/private")) {
                    var there = http.method(method, agent + path);
                    assertThat(there.status()).as(method + path).isEqualTo(none.status());
                    assertThat(there.body()).isEqualTo(none.body());
                    assertThat(there.header("Allow")).isEqualTo(none.header("Allow"));
                }
            }
        }
        assertThat(lookUps).hasValue(0);
    }

    @Test
    void whatAgentsShowEverybodyIsShownToWhoIsKnownToo() {
        for (String path : List.of("/open/health", "/open/hook", "/open/.well-known/card.json")) {
            assertThat(as("bob", path).status()).as(path).isEqualTo(200);
            assertThat(as("limited", path).status()).as(path).isEqualTo(200);
            assertThat(as("nobody", path).status()).as(path).isEqualTo(401);
        }
        assertThat(as("bob", "/private/.well-known/card.json").status()).isEqualTo(403);
        assertThat(as("alice", "/private/.well-known/card.json").body()).contains("private");
    }

    @Test
    void aBrowsersPreflightPasses() {
        for (String path : List.of("/open/own", "/open/chat/completions", "/api/things/mine")) {
            var preflight =
                    http.send(
                            http.request(path)
                                    .header("Origin", "https://app.example.com")
                                    .header("Access-Control-Request-Method", "GET")
                                    .method(
                                            "OPTIONS",
                                            java.net.http.HttpRequest.BodyPublishers.noBody()));
            assertThat(preflight.status()).as(path).isEqualTo(204);
            assertThat(preflight.header("Access-Control-Allow-Methods")).isNotEmpty();
        }
    }

    @Test
    void wrongCredentialsAreWrongEverywhereButWhereNobodyAsks() {
        for (String path : List.of("/", "/open", "/nobody", "/api/things/public", "/api/zzz")) {
            assertThat(as("wrong", path).at("/error/code")).as(path).isEqualTo("invalid_api_key");
        }
        assertThat(as("wrong", "/health").status()).isEqualTo(200);
        assertThat(as("away", "/.well-known/jwks.json").status()).isEqualTo(200);
    }

    @Test
    void whoIsKnownIsToldTheTruth() {
        assertThat(as("bob", "/nobody").status()).isEqualTo(404);
        assertThat(as("bob", "/private").status()).isEqualTo(403);
        assertThat(as("bob", "/api/things/mine").body()).isEqualTo("for users");
        assertThat(as("bob", "/api/things/nothing").status()).isEqualTo(404);
        assertThat(as("bob", "/metrics").status()).isEqualTo(200);
        assertThat(as("alice", "/private/own").body()).isEqualTo("own");
    }

    @Test
    void whoIsAskedBeforeTheBodyIsRead() {
        for (String path : List.of("/open/chat/completions", "/v1/chat/completions")) {
            assertThat(http.post(path, "{broken").status()).isEqualTo(401);
            assertThat(chat("away", path, "{broken").status()).isEqualTo(503);
            assertThat(chat("bob", path, "{broken").status()).isEqualTo(400);
        }
        assertThat(chat("bob", "/private/chat/completions", "{broken").status()).isEqualTo(403);
    }

    @Test
    void refusalsHaveWhatEveryAnswerHas() {
        for (String who : List.of("wrong", "away")) {
            var answer =
                    http.send(
                            http.posting("/open/chat/completions", Http.HELLO)
                                    .header("Authorization", "Bearer " + who)
                                    .header("X-Request-ID", "mine")
                                    .header("Origin", "https://app.example.com"));
            assertThat(answer.header("X-Request-ID")).isEqualTo("mine");
            assertThat(answer.header("Date")).isNotEmpty();
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("Access-Control-Allow-Origin")).isNotEmpty();
            assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        }
        assertThat(as("away", "/open").header("Retry-After")).isEqualTo("3");
        assertThat(onVirtual).as("asked on platform threads").hasValue(0);
    }

    @Test
    void credentialsForSomeAgentsAreForThoseOnly() {
        String toOpen = Http.HELLO.replace("{\"m", "{\"model\":\"open\",\"m");
        String toPrivate = Http.HELLO.replace("{\"m", "{\"model\":\"private\",\"m");
        assertThat(chat("limited", "/private/chat/completions", Http.HELLO).status())
                .isEqualTo(200);
        assertThat(chat("limited", "/v1/chat/completions", toPrivate).status()).isEqualTo(200);
        assertThat(chat("limited", "/open/chat/completions", Http.HELLO).status()).isEqualTo(403);
        assertThat(chat("limited", "/v1/chat/completions", toOpen).status()).isEqualTo(403);
        assertThat(as("limited", "/open").status()).isEqualTo(403);
        assertThat(as("limited", "/open/own").status()).isEqualTo(403);
        assertThat(as("limited", "/v1/models/open").status()).isEqualTo(403);
        assertThat(as("limited", "/v1/models").body()).contains("private").doesNotContain("open");
        assertThat(as("limited", "/agents").at("/total")).isEqualTo("1");
        assertThat(as("limited", "/api/things/mine").status()).isEqualTo(403);
        assertThat(as("limited", "/api/things/public").status()).isEqualTo(200);
    }

    @Test
    void aRefusedRequestLeavesItsConnectionSound() throws IOException {
        try (var raw = new Raw(server)) {
            String large = "x".repeat(1 << 20);
            for (int i = 0; i < 3; i++) {
                raw.post("/open/chat/completions", large);
                raw.send("GET /health HTTP/1.1\r\nHost: test\r\n\r\n");
                assertThat(raw.readAnswer()).startsWith("HTTP/1.1 401 ");
                assertThat(raw.readAnswer()).startsWith("HTTP/1.1 200 ");
            }
            // In chunks, and with the next request right behind.
            raw.send("POST /open/chat/completions HTTP/1.1\r\nHost: test\r\n");
            raw.send("Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n");
            raw.send("2\r\n1}\r\n0\r\n\r\nGET /health HTTP/1.1\r\nHost: test\r\n\r\n");
            assertThat(raw.readAnswer()).startsWith("HTTP/1.1 401 ");
            assertThat(raw.readAnswer()).startsWith("HTTP/1.1 200 ");
        }
    }
}
