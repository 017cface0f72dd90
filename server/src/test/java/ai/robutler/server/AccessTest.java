package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Caller;
import ai.robutler.core.Scope;
import ai.robutler.core.Tool;
import ai.robutler.core.UnavailableException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;

/** Agents and tools are there for those whose scope admits them. */
class AccessTest {
    private final RobutlerServer server =
            RobutlerServer.builder()
                    .agent(agent("open", Scope.ALL))
                    .agent(agent("members", Scope.USER))
                    .agent(agent("private", Scope.OWNER))
                    .authenticator(AccessTest::authenticate)
                    .port(0)
                    .build()
                    .start();
    private final Http http = Http.of(server);

    /** Tools for some. */
    public static final class Tools {
        @Tool(description = "For all.")
        public String common() {
            return "";
        }

        @Tool(description = "For administrators.", scope = "admin")
        public String dangerous() {
            return "";
        }
    }

    private static Agent agent(String name, Scope scope) {
        return Agent.builder(name)
                .model("test/scripted", new Scripted.Echo())
                .scope(scope)
                .owner("alice")
                .skill(new Tools())
                .build();
    }

    private static Caller authenticate(RequestHead head) {
        return switch (head.header("Authorization").orElse("")) {
            case "" -> Caller.anonymous();
            case "Bearer alice" -> Caller.user("alice");
            case "Bearer bob" -> Caller.user("bob");
            case "Bearer root" -> Caller.user("root", "admin");
            case "Bearer nobody-knows" ->
                    throw new UnavailableException("Away.", Duration.ofSeconds(1), null);
            default -> throw new AuthenticationException("invalid_api_key", "Wrong key.");
        };
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private Http.Answer get(String path, String who) {
        var request = http.request(path);
        return http.send(
                who.isEmpty() ? request : request.header("Authorization", "Bearer " + who));
    }

    private Http.Answer chat(String agent, String who) {
        var request = http.posting("/" + agent + "/chat/completions", Http.HELLO);
        return http.send(
                who.isEmpty() ? request : request.header("Authorization", "Bearer " + who));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/agents", "/v1/models"})
    void listsShowWhatTheCallerMayUse(String path) {
        assertThat(get(path, "").body()).contains("open").doesNotContain("members", "private");
        assertThat(get(path, "bob").body()).contains("open", "members").doesNotContain("private");
        assertThat(get(path, "alice").body()).contains("open", "members", "private");
    }

    @Test
    void anonymousCallersAreAskedWhoTheyAre() {
        for (Http.Answer answer :
                List.of(
                        chat("members", ""),
                        get("/members", ""),
                        get("/members/models", ""),
                        get("/v1/models/members", ""),
                        get("/members/health", ""))) {
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
            assertThat(answer.at("/error/type")).isEqualTo("authentication_error");
        }
    }

    @Test
    void knownCallersAreToldThatTheyMayNot() {
        assertThat(chat("private", "bob").status()).isEqualTo(403);
        assertThat(get("/private", "bob").status()).isEqualTo(403);
        assertThat(chat("private", "alice").status()).isEqualTo(200);
        assertThat(chat("members", "bob").status()).isEqualTo(200);
    }

    @Test
    void toolsAreListedByScope() {
        assertThat(get("/open", "").body()).contains("common").doesNotContain("dangerous");
        assertThat(get("/open", "root").body()).contains("common", "dangerous");
    }

    @Test
    void wrongCredentialsAreRefusedForOpenAgentsToo() {
        assertThat(chat("open", "wrong").status()).isEqualTo(401);
        assertThat(chat("open", "wrong").at("/error/code")).isEqualTo("invalid_api_key");
        assertThat(get("/", "wrong").status()).isEqualTo(401);
    }

    @Test
    void doubtIsNotTakenForWrongCredentials() {
        assertThat(chat("open", "nobody-knows").status()).isEqualTo(503);
    }

    @Test
    void healthAsksNobody() {
        assertThat(get("/health", "nobody-knows").status()).isEqualTo(200);
        assertThat(get("/health/live", "wrong").status()).isEqualTo(200);
    }
}
