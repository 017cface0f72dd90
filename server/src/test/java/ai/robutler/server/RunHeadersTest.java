package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Deadline;
import ai.robutler.core.EndpointReply;
import ai.robutler.core.Hook;
import ai.robutler.core.HookEvent;
import ai.robutler.core.HttpEndpoint;
import ai.robutler.core.Json;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.core.PaymentRequiredException.Reason;
import ai.robutler.core.RunContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Headers that runs read and set, and what they tell of a payment. */
class RunHeadersTest {
    private final RobutlerServer server =
            RobutlerServer.builder()
                    .agent(
                            Agent.builder("echo")
                                    .model("test/scripted", new Scripted.Echo())
                                    .skill(new Setting())
                                    .build())
                    .agent(paying("first", 0))
                    .agent(paying("later", 1))
                    .port(0)
                    .build()
                    .start();
    private final Http http = Http.of(server);

    /** Sets headers, early and late, as the request tells. */
    public static final class Setting {
        @Hook(HookEvent.ON_CONNECTION)
        public void early() {
            var context = RunContext.current();
            context.header("X-Early")
                    .ifPresent(
                            value -> context.replyHeaders().set("X-Set", value.replace('|', '\n')));
            context.header("X-Name")
                    .ifPresent(name -> context.replyHeaders().set(name, "by the tool"));
        }

        @Hook(HookEvent.ON_MESSAGE)
        public void late() {
            RunContext.current().replyHeaders().set("X-Late", "late");
        }

        @HttpEndpoint(path = "/broken")
        public EndpointReply broken() {
            return new EndpointReply(
                    200,
                    "text/plain",
                    "a body".getBytes(StandardCharsets.UTF_8),
                    Map.of("X-Broken", "a\r\nX-Split: b"));
        }
    }

    /** Wants money after so many chunks. */
    private static Agent paying(String name, int chunks) {
        var failure =
                new PaymentRequiredException(
                        Reason.INSUFFICIENT_BALANCE,
                        "Too little.",
                        Json.object().put("missing_nanousd", 5),
                        Json.object().put("x402Version", 2),
                        Map.of("PAYMENT-REQUIRED", "eyJhIjoxfQ=="));
        return Scripted.agent(
                name,
                new Completer() {
                    @Override
                    public ChatCompletion complete(ChatRequest request, Deadline deadline) {
                        throw failure;
                    }

                    @Override
                    public ChatStream stream(ChatRequest request, Deadline deadline) {
                        return Scripted.stream(
                                i -> {
                                    if (i < chunks) {
                                        return ChatChunk.text("piece");
                                    }
                                    throw failure;
                                },
                                chunks + 1);
                    }
                });
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private HttpResponse<String> send(Version version, String body, String... headers)
            throws Exception {
        try (var client = HttpClient.newBuilder().version(version).build()) {
            client.send(
                    HttpRequest.newBuilder(URI.create(server.url() + "/health")).build(),
                    HttpResponse.BodyHandlers.discarding());
            var answer =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create(server.url() + "/echo/chat/completions"))
                                    .timeout(Duration.ofSeconds(20))
                                    .headers(headers)
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.version()).isEqualTo(version);
            return answer;
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1, false", "HTTP_1_1, true", "HTTP_2, false", "HTTP_2, true"})
    void theyReachTheHead(Version version, boolean streamed) throws Exception {
        var answer = send(version, streamed ? Http.HELLO_STREAM : Http.HELLO, "X-Early", "v 1");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("hello");
        assertThat(answer.headers().allValues("X-Set")).containsExactly("v 1");
        assertThat(answer.headers().firstValue("X-Late").isPresent()).isEqualTo(!streamed);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void lineBreaksAreRefused(boolean streamed) throws Exception {
        var answer =
                send(
                        Version.HTTP_1_1,
                        streamed ? Http.HELLO_STREAM : Http.HELLO,
                        "X-Early",
                        "a|X-Split: b");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.headers().firstValue("X-Split")).isEmpty();
        assertThat(answer.headers().firstValue("X-Set")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "transfer-encoding", "Connection", "Upgrade", "a b"})
    void whatFramesTheAnswerIsNotTheirs(String name) throws Exception {
        assertThat(send(Version.HTTP_1_1, Http.HELLO, "X-Name", name).statusCode()).isEqualTo(500);
    }

    @Test
    void theRequestKeepsItsName() throws Exception {
        var answer =
                send(
                        Version.HTTP_1_1,
                        Http.HELLO,
                        "X-Name",
                        "x-request-id",
                        "X-Request-ID",
                        "mine");
        assertThat(answer.headers().allValues("X-Request-ID")).containsExactly("mine");
    }

    @Test
    void endpointsCannotSplitAnswersEither() {
        var answer = http.get("/echo/broken");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.header("X-Split")).isEmpty();
        assertThat(answer.body()).doesNotContain("a body");
    }

    @ParameterizedTest
    @ValueSource(strings = {Http.HELLO, Http.HELLO_STREAM})
    void whatIsToBePaidIsInBodyAndHeaders(String body) {
        var answer = http.post("/first/chat/completions", body);
        assertThat(answer.status()).isEqualTo(402);
        assertThat(answer.header("PAYMENT-REQUIRED")).isEqualTo("eyJhIjoxfQ==");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.at("/error/type")).isEqualTo("payment_required");
        assertThat(answer.at("/error/code")).isEqualTo("insufficient_balance");
        assertThat(answer.json().at("/error/missing_nanousd").asInt()).isEqualTo(5);
        assertThat(answer.json().at("/x402Version").asInt()).isEqualTo(2);
    }

    @Test
    void afterTheFirstPieceItIsTheLastEvent() {
        var answer = http.post("/later/chat/completions", Http.HELLO_STREAM);
        assertThat(answer.status()).isEqualTo(200);
        var last = Json.parse(Stack.events(answer.body()).getLast());
        assertThat(last.at("/error/code").asString()).isEqualTo("insufficient_balance");
        assertThat(last.at("/error/missing_nanousd").asInt()).isEqualTo(5);
        assertThat(last.at("/x402Version").asInt()).isEqualTo(2);
        assertThat(answer.body()).doesNotContain("[DONE]");
    }
}
