package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.Caller;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Deadline;
import ai.robutler.core.PaymentRequiredException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A request that is sent again with its key gets the answer that was made for the first. */
class IdempotencyTest {
    private static final String KEY = "Idempotency-Key";

    private final Paying paying = new Paying();
    private final Gate gate = new Gate();
    private final Scripted.Stuck stuck = new Scripted.Stuck(1);
    private final AtomicInteger arrived = new AtomicInteger();
    private final RobutlerServer server =
            RobutlerServer.builder()
                    .agent(Scripted.agent("echo", new Scripted.Echo()))
                    .agent(Scripted.agent("stuck", stuck))
                    .agent(
                            Agent.builder("paid")
                                    .model("test/scripted", gate)
                                    .billing(paying)
                                    .build())
                    .authenticator(this::authenticate)
                    .port(0)
                    .build()
                    .start();
    private final Http http = Http.of(server);

    private Caller authenticate(RequestHead head) {
        arrived.incrementAndGet();
        return head.header("X-Caller").map(Caller::user).orElse(Caller.anonymous());
    }

    /** Answers when it is open, each time something else; as it is told before. */
    private static final class Gate implements Completer {
        private final AtomicInteger calls = new AtomicInteger();
        private volatile CountDownLatch open = new CountDownLatch(0);
        private volatile String text = "answer ";
        private volatile List<RuntimeException> failures = List.of();

        private String next() {
            int call = calls.getAndIncrement();
            try {
                assertThat(open.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (call < failures.size()) {
                throw failures.get(call);
            }
            return text + call;
        }

        @Override
        public ChatCompletion complete(ChatRequest request, Deadline deadline) {
            return ChatCompletion.text(next());
        }

        @Override
        public ChatStream stream(ChatRequest request, Deadline deadline) {
            return ChatStream.of(
                    List.of(
                            ChatChunk.text("once "),
                            ChatChunk.text(next()),
                            ChatChunk.finish("stop")));
        }
    }

    @AfterEach
    void stop() {
        stuck.release.countDown();
        http.close();
        server.close();
    }

    private Http.Answer paid(String key, String body) {
        return http.send(http.posting("/paid/chat/completions", body).header(KEY, key));
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1, false", "HTTP_1_1, true", "HTTP_2, false", "HTTP_2, true"})
    void fiftyAtOnceAreOneChargeAndOneAnswer(Version version, boolean streamed) throws Exception {
        gate.open = new CountDownLatch(1);
        var request =
                HttpRequest.newBuilder(URI.create(server.url() + "/paid/chat/completions"))
                        .timeout(Duration.ofSeconds(30))
                        .header("Content-Type", "application/json")
                        .header(KEY, "fifty")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        streamed ? Http.HELLO_STREAM : Http.HELLO))
                        .build();
        try (var client = HttpClient.newBuilder().version(version).build()) {
            client.send(
                    HttpRequest.newBuilder(URI.create(server.url() + "/health")).build(),
                    HttpResponse.BodyHandlers.discarding());
            var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
            for (int i = 0; i < 50; i++) {
                answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
            }
            Await.until("all are there", () -> arrived.get() == 50);
            gate.open.countDown();
            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                    .get(30, TimeUnit.SECONDS);
            var first = answers.getFirst().get();
            assertThat(first.body()).contains("answer 0");
            int replayed = 0;
            for (var each : answers) {
                var answer = each.get();
                assertThat(answer.version()).isEqualTo(version);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo(first.body());
                assertThat(answer.headers().firstValue("Content-Type"))
                        .isEqualTo(first.headers().firstValue("Content-Type"));
                if (!streamed || isReplayed(answer)) {
                    assertThat(answer.headers().firstValue("PAYMENT-RESPONSE").isPresent())
                            .isEqualTo(!streamed);
                }
                replayed += isReplayed(answer) ? 1 : 0;
            }
            assertThat(replayed).isEqualTo(49);
        }
        assertThat(gate.calls).hasValue(1);
        assertThat(paying.charges).hasValue(1);
    }

    private static boolean isReplayed(HttpResponse<String> answer) {
        return answer.headers().firstValue("Idempotent-Replayed").isPresent();
    }

    @Test
    void aStreamIsGivenAgainByteForByte() {
        var first = paid("stream", Http.HELLO_STREAM);
        var again = paid("stream", Http.HELLO_STREAM);
        assertThat(first.body()).contains("once ", "answer 0").endsWith("data: [DONE]\n\n");
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Content-Type")).isEqualTo("text/event-stream; charset=utf-8");
        assertThat(again.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.header("X-Request-ID")).isNotEqualTo(first.header("X-Request-ID"));
        assertThat(paying.charges).hasValue(1);
    }

    @Test
    void theReceiptIsGivenAgain() {
        assertThat(paid("receipt", Http.HELLO).header("PAYMENT-RESPONSE")).isEqualTo("receipt-1");
        assertThat(paid("receipt", Http.HELLO).header("PAYMENT-RESPONSE")).isEqualTo("receipt-1");
        assertThat(paid("other", Http.HELLO).header("PAYMENT-RESPONSE")).isEqualTo("receipt-2");
    }

    @Test
    void withoutAKeyEachRequestIsNew() {
        for (int i = 0; i < 2; i++) {
            var answer = http.post("/paid/chat/completions", Http.HELLO);
            assertThat(answer.body()).contains("answer " + i);
            assertThat(answer.header("Idempotent-Replayed")).isEmpty();
        }
    }

    @Test
    void bothRoutesToAnAgentAreOne() {
        String body = Http.HELLO.replace("{\"m", "{\"model\":\"paid\",\"m");
        assertThat(paid("routes", body).status()).isEqualTo(200);
        var other = http.send(http.posting("/v1/chat/completions", body).header(KEY, "routes"));
        assertThat(other.header("Idempotent-Replayed")).isEqualTo("true");
    }

    @Test
    void anotherBodyUnderTheKeyIsRefused() {
        assertThat(paid("reused", Http.HELLO).status()).isEqualTo(200);
        var other = paid("reused", Http.HELLO_STREAM);
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.at("/error/code")).isEqualTo("idempotency_key_reuse");
        assertThat(other.at("/error/type")).isEqualTo("invalid_request_error");
        var session =
                http.send(
                        http.posting("/paid/chat/completions", Http.HELLO)
                                .header(KEY, "reused")
                                .header("X-Caller", "alice")
                                .header("X-Session-ID", "one"));
        assertThat(session.status()).as("of another caller").isEqualTo(200);
        assertThat(gate.calls).hasValue(2);
    }

    @Test
    void anotherBodyIsRefusedWhileTheFirstIsAnsweredToo() throws Exception {
        var first = pending("/stuck/chat/completions", "busy");
        Await.latch("the model hangs", stuck.begun, Duration.ofSeconds(10));
        var other =
                http.send(
                        http.posting("/stuck/chat/completions", Http.HELLO_STREAM)
                                .header(KEY, "busy"));
        assertThat(other.status()).isEqualTo(409);
        stuck.release.countDown();
        assertThat(first.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    private CompletableFuture<HttpResponse<String>> pending(String path, String key) {
        return http.client()
                .sendAsync(
                        http.posting(path, Http.HELLO).header(KEY, key).build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "tab\there", "caf\u00e9"})
    void keysAreVisibleAscii(String key) throws IOException {
        try (var raw = new Raw(server)) {
            raw.postHead(KEY + ": " + key, "Content-Length: " + Http.HELLO.length());
            raw.send(Http.HELLO);
            assertThat(raw.readAnswer())
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\"code\":\"invalid_idempotency_key\"");
        }
    }

    @Test
    void keysHaveALengthAndThereIsOne() {
        assertThat(paid("k".repeat(255), Http.HELLO).status()).isEqualTo(200);
        assertThat(paid("k".repeat(256), Http.HELLO).status()).isEqualTo(400);
        var two =
                http.posting("/paid/chat/completions", Http.HELLO)
                        .header(KEY, "a")
                        .header(KEY, "b");
        assertThat(http.send(two).status()).isEqualTo(400);
        assertThat(gate.calls).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void afterAFailureTheWorkIsDoneAnew(boolean streamed) {
        gate.failures =
                List.of(
                        new PaymentRequiredException(
                                PaymentRequiredException.Reason.INSUFFICIENT_BALANCE,
                                "Too little."),
                        new IllegalStateException("a fault"));
        String body = streamed ? Http.HELLO_STREAM : Http.HELLO;
        assertThat(paid("again", body).status()).isEqualTo(402);
        assertThat(paid("again", body).status()).isEqualTo(500);
        var third = paid("again", body);
        assertThat(third.body()).contains("answer 2");
        assertThat(third.header("Idempotent-Replayed")).isEmpty();
        assertThat(paid("again", body).body()).isEqualTo(third.body());
    }

    @Test
    void thoseWhoWaitGetTheFailureToo() throws Exception {
        gate.open = new CountDownLatch(1);
        gate.failures = List.of(new IllegalStateException("a fault"));
        var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (int i = 0; i < 5; i++) {
            answers.add(pending("/paid/chat/completions", "fails"));
        }
        Await.until("all are there", () -> arrived.get() == 5 && gate.calls.get() == 1);
        gate.open.countDown();
        int failed = 0;
        for (var answer : answers) {
            failed += answer.get(20, TimeUnit.SECONDS).statusCode() == 500 ? 1 : 0;
        }
        assertThat(failed).isPositive();
        assertThat(paid("fails", Http.HELLO).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whenTheFirstClientLeavesAnotherDoesTheWork(boolean streamed) throws Exception {
        String body = streamed ? Http.HELLO_STREAM : Http.HELLO;
        try (var raw = new Raw(server)) {
            raw.send(
                    "POST /stuck/chat/completions HTTP/1.1\r\nHost: test\r\n"
                            + (KEY + ": left\r\nContent-Length: " + body.length() + "\r\n\r\n")
                            + body);
            Await.latch("the model hangs", stuck.begun, Duration.ofSeconds(10));
            var other =
                    http.client()
                            .sendAsync(
                                    http.posting("/stuck/chat/completions", body)
                                            .header(KEY, "left")
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());
            Await.until("the second is there", () -> arrived.get() == 2);
            raw.reset();
            Await.latch("the first is cut", stuck.interrupted, Duration.ofSeconds(5));
            stuck.release.countDown();
            var answer = other.get(20, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("released");
            assertThat(isReplayed(answer)).isFalse();
        }
    }

    @Test
    void aClientThatLeavesWhileItWaitsIsLetGo() throws Exception {
        var first = pending("/stuck/chat/completions", "wait");
        Await.latch("the model hangs", stuck.begun, Duration.ofSeconds(10));
        try (var raw = new Raw(server)) {
            raw.send(
                    "POST /stuck/chat/completions HTTP/1.1\r\nHost: test\r\n"
                            + (KEY + ": wait\r\nContent-Length: " + Http.HELLO.length())
                            + "\r\n\r\n"
                            + Http.HELLO);
            Await.until("the second is there", () -> arrived.get() == 2);
            assertThat(inProgress()).isEqualTo(3);
            raw.reset();
            Await.until("it is gone", () -> inProgress() == 2);
        }
        assertThat(stuck.interrupted.getCount()).as("the first is not disturbed").isEqualTo(1);
        stuck.release.countDown();
        assertThat(first.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    /** This question is one of them. */
    private int inProgress() {
        return http.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("robutler_http_requests_in_progress"))
                .mapToInt(line -> (int) Double.parseDouble(line.split(" ")[1]))
                .sum();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsTooLargeIsNotGivenAgain(boolean streamed) {
        gate.text = "x".repeat(4 << 20);
        String body = streamed ? Http.HELLO_STREAM : Http.HELLO;
        assertThat(paid("large", body).body()).contains(gate.text);
        var again = paid("large", body);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.at("/error/code")).isEqualTo("idempotent_answer_not_kept");
        assertThat(paying.charges).hasValue(1);
    }

    @Test
    void nobodyGetsTheAnswerOfAnother() {
        var mine = http.posting("/paid/chat/completions", Http.HELLO).header(KEY, "1");
        assertThat(http.send(mine.copy().header("X-Caller", "alice")).body()).contains("answer 0");
        assertThat(http.send(mine.copy().header("X-Caller", "bob")).body()).contains("answer 1");
        assertThat(http.send(mine.copy()).body()).contains("answer 2");
        assertThat(http.send(mine.copy().header("X-Payment-Token", "a")).body())
                .contains("answer 3");
        assertThat(http.send(mine.copy().header("X-Payment-Token", "b")).body())
                .contains("answer 4");
        assertThat(http.send(mine.copy().header("X-Caller", "alice")).body()).contains("answer 0");
        assertThat(http.send(mine.copy().header("X-Payment-Token", "a")).body())
                .contains("answer 3");
        assertThat(paid("1", Http.HELLO).body()).contains("answer 2");
    }
}
