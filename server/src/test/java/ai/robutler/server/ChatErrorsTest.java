package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ApiException;
import ai.robutler.core.AuthenticationException;
import ai.robutler.core.PermissionException;
import ai.robutler.core.ProviderException;
import ai.robutler.core.RateLimitException;
import ai.robutler.core.StoppedException;
import ai.robutler.core.UnavailableException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;

class ChatErrorsTest {
    private final RobutlerServer server =
            RobutlerServer.builder()
                    .agent(Scripted.agent("echo", new Scripted.Echo()))
                    .port(0)
                    .build()
                    .start();
    private final Http http = Http.of(server);

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    static List<Arguments> failures() {
        return List.of(
                Arguments.of(new AuthenticationException("invalid_api_key", "No."), 401),
                Arguments.of(new PermissionException("No."), 403),
                Arguments.of(new RateLimitException("Slow.", Duration.ofMillis(1_200)), 429),
                Arguments.of(ProviderException.rateLimited("x", Duration.ofSeconds(7)), 429),
                Arguments.of(ProviderException.refused("x", "refuses our key"), 502),
                Arguments.of(ProviderException.timedOut("x", "is silent"), 504),
                Arguments.of(ProviderException.rejected("Too long.", "too_long", "messages"), 400),
                Arguments.of(new UnavailableException("Away.", Duration.ofSeconds(3), null), 503),
                Arguments.of(new StoppedException(451, "policy", "Not here."), 451));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void eachFailureHasItsStatusAndBody(ApiException failure, int status) {
        try (var failing =
                        RobutlerServer.builder()
                                .agent(Scripted.agent("failing", new Scripted.Failing(failure)))
                                .port(0)
                                .build()
                                .start();
                var client = Http.of(failing)) {
            for (String request : List.of(Http.HELLO, Http.HELLO_STREAM)) {
                var answer = client.post("/failing/chat/completions", request);
                assertThat(answer.status()).isEqualTo(status);
                assertThat(answer.at("/error/message")).isEqualTo(failure.getMessage());
                assertThat(answer.at("/error/type")).isEqualTo(failure.type());
                assertThat(answer.at("/error/code")).isEqualTo(failure.code());
                assertThat(answer.at("/error/param")).isEqualTo(failure.param());
                assertThat(answer.json().at("/error").has("param")).isTrue();
                long seconds = (failure.retryAfter().toMillis() + 999) / 1_000;
                assertThat(answer.header("Retry-After"))
                        .isEqualTo(seconds == 0 ? "" : Long.toString(seconds));
            }
        }
    }

    @Test
    void badJsonIsLocated() {
        var answer = http.post("/echo/chat/completions", "{\n  \"messages\": [}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("/error/type")).isEqualTo("invalid_request_error");
        assertThat(answer.at("/error/message")).contains("line 2", "column");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "[]", "\"text\"", "null", "{} {}", "{\"messages\":[]} x"})
    void bodiesThatAreNoObjectAreRefused(String body) {
        var answer = http.post("/echo/chat/completions", body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("/error/type")).isEqualTo("invalid_request_error");
    }

    @Test
    void deepNestingIsRefused() {
        var answer = http.post("/echo/chat/completions", "{\"x\":" + "[".repeat(100_000));
        assertThat(answer.status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, 200",
        "application/json; charset=utf-8, 200",
        "Application/JSON;charset=\"UTF-8\", 200",
        "application/json; charset=iso-8859-1, 415",
        "text/plain, 415",
        "application/x-www-form-urlencoded, 415",
    })
    void onlyJsonIsTaken(String type, int status) {
        var answer =
                http.send(
                        http.request("/echo/chat/completions")
                                .header("Content-Type", type)
                                .POST(HttpRequest.BodyPublishers.ofString(Http.HELLO)));
        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void aMissingContentTypeIsTolerated() {
        var answer =
                http.send(
                        http.request("/echo/chat/completions")
                                .POST(HttpRequest.BodyPublishers.ofString(Http.HELLO)));
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void aCompressedBodyIsRefused() {
        var answer =
                http.send(
                        http.posting("/echo/chat/completions", Http.HELLO)
                                .header("Content-Encoding", "gzip"));
        assertThat(answer.status()).isEqualTo(415);
    }

    @Test
    void aWrongFieldIsNamed() {
        var answer =
                http.post(
                        "/echo/chat/completions",
                        "{\"messages\":[{\"role\":\"king\",\"content\":\"x\"}]}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("/error/param")).isEqualTo("messages[0].role");
        assertThat(answer.at("/error/code")).isEqualTo("invalid_value");
    }

    @ParameterizedTest
    @CsvSource({"abc.DEF-1_2, true", "'a b', false", "'', false", "'<x>', false"})
    void aSaneRequestIdIsKept(String id, boolean kept) {
        String given =
                http.send(http.request("/health").header("X-Request-ID", id))
                        .header("X-Request-ID");
        assertThat(given.equals(id)).isEqualTo(kept);
        assertThat(given).matches("[A-Za-z0-9._-]{1,128}");
    }

    @Test
    void aLongRequestIdIsReplaced() {
        assertThat(
                        http.send(http.request("/nobody").header("X-Request-ID", "x".repeat(129)))
                                .header("X-Request-ID"))
                .startsWith("req_");
    }
}
