package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Deadline;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/** What is too large, too slow or too much. */
class LimitsTest {
    private final Scripted.Stuck stuck = new Scripted.Stuck(0);
    private final Flood flood = new Flood();
    private final RobutlerServer server =
            RobutlerServer.builder()
                    .agent(Scripted.agent("echo", new Scripted.Echo()))
                    .agent(Scripted.agent("stuck", stuck))
                    .agent(Scripted.agent("flood", flood))
                    .port(0)
                    .maxBodyBytes(10_000)
                    .maxHeaderBytes(4_000)
                    .maxConcurrentRuns(1)
                    .slowReaderTimeout(Duration.ofMillis(700))
                    .slowSenderTimeout(Duration.ofMillis(700))
                    .idleTimeout(Duration.ofMillis(900))
                    .build()
                    .start();
    private final Http http = Http.of(server);

    /** Says more than any socket buffer holds, and knows when it was stopped. */
    private static final class Flood implements Completer {
        private static final String PIECE = "x".repeat(10_000);
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public ChatCompletion complete(ChatRequest request, Deadline deadline) {
            begun.countDown();
            return ChatCompletion.text(PIECE.repeat(3_000));
        }

        @Override
        public ChatStream stream(ChatRequest request, Deadline deadline) {
            ChatStream endless = Scripted.stream(_ -> ChatChunk.text(PIECE), 1_000_000);
            return new ChatStream() {
                @Override
                public java.util.Iterator<ChatChunk> iterator() {
                    return endless.iterator();
                }

                @Override
                public void close() {
                    closed.countDown();
                }
            };
        }
    }

    @AfterEach
    void stop() {
        stuck.release.countDown();
        http.close();
        server.close();
    }

    @Test
    void aBodyThatSaysItIsTooLargeIsRefusedAtOnce() throws IOException {
        try (var raw = new Raw(server)) {
            raw.postHead("Content-Length: 10001");
            String answer = raw.readAnswer();
            assertThat(answer).startsWith("HTTP/1.1 413 ").contains("\"request_too_large\"");
            assertThat(answer.toLowerCase(Locale.ROOT))
                    .contains("connection: close", "x-request-id: req_");
        }
    }

    @Test
    void aBodyThatGrowsTooLargeIsRefused() throws IOException {
        try (var raw = new Raw(server)) {
            raw.postHead("Transfer-Encoding: chunked");
            for (int i = 0; i < 11; i++) {
                raw.send("3e8\r\n" + "x".repeat(1000) + "\r\n");
            }
            assertThat(raw.readAnswer()).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void aBodyOfTheLargestSizeIsTaken() {
        String json =
                "{\"messages\":[{\"role\":\"user\",\"content\":\"" + "x".repeat(9_000) + "\"}]}";
        assertThat(http.post("/echo/chat/completions", json).status()).isEqualTo(200);
    }

    @Test
    void aBodyIsAskedForWhereTheClientWaits() throws IOException {
        try (var raw = new Raw(server)) {
            raw.postHead("Expect: 100-continue", "Content-Length: " + Http.HELLO.length());
            assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
            assertThat(raw.send(Http.HELLO).readAnswer()).contains("echo: hello");
        }
    }

    @Test
    void headsThatAreTooLargeAreRefused() throws IOException {
        try (var raw = new Raw(server)) {
            raw.send("GET / HTTP/1.1\r\nHost: test\r\nX-Long: " + "x".repeat(5_000) + "\r\n\r\n");
            assertThat(raw.readAnswer())
                    .startsWith("HTTP/1.1 431 ")
                    .contains("\"headers_too_large\"");
        }
        try (var raw = new Raw(server)) {
            raw.send("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: test\r\n\r\n");
            assertThat(raw.readAnswer()).contains(" 414 ");
        }
    }

    @Test
    void whatIsNoHttpIsRefused() throws IOException {
        try (var raw = new Raw(server)) {
            raw.send("NONSENSE\r\n\r\n");
            assertThat(raw.readAll()).contains(" 400 ", "\"malformed_http\"");
        }
    }

    @Test
    void bodiesOfTwoLengthsAreRefused() throws IOException {
        try (var raw = new Raw(server)) {
            raw.postHead("Content-Length: 5", "Content-Length: 50");
            assertThat(raw.readAll()).contains(" 400 ").doesNotContain(" 200 ");
        }
    }

    @Test
    void aBodyThatComesTooSlowlyIsRefused() throws IOException {
        try (var raw = new Raw(server)) {
            raw.postHead("Content-Length: 100").send("{");
            assertThat(raw.readAll()).startsWith("HTTP/1.1 408 ").contains("\"request_timeout\"");
        }
    }

    @Test
    void aHeadThatDripsIsCutOff() throws IOException {
        long begun = System.nanoTime();
        try (var raw = new Raw(server)) {
            raw.send("GET / HTTP/1.1\r\nX-Slow: ");
            Thread drip =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            while (System.nanoTime() - begun < 10_000_000_000L) {
                                                raw.send("x");
                                                java.util.concurrent.locks.LockSupport.parkNanos(
                                                        50_000_000);
                                            }
                                        } catch (IOException e) {
                                            // The server has cut the connection.
                                        }
                                    });
            assertThat(raw.readAll()).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isLessThan(Duration.ofSeconds(5));
            drip.interrupt();
        }
    }

    @Test
    void aConnectionWithoutARequestIsClosed() throws IOException {
        try (var raw = new Raw(server)) {
            assertThat(raw.readAll()).isEmpty();
        }
        try (var raw = new Raw(server)) {
            raw.send("GET /health HTTP/1.1\r\nHost: test\r\n\r\n");
            assertThat(raw.readAll()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aStreamThatNobodyReadsIsCutOff() throws IOException {
        try (var raw = new Raw(server, 4_096)) {
            raw.post("/flood/chat/completions", Http.HELLO_STREAM);
            Await.latch("the model's stream is closed", flood.closed, Duration.ofSeconds(10));
            assertThat(raw.readAll()).startsWith("HTTP/1.1 200 ").doesNotContain("[DONE]");
        }
    }

    @Test
    void aWholeAnswerThatNobodyReadsIsCutOff() throws IOException {
        try (var raw = new Raw(server, 4_096)) {
            raw.post("/flood/chat/completions", Http.HELLO);
            Await.latch("the run has begun", flood.begun, Duration.ofSeconds(10));
            // The only run is over when the next one may begin.
            Await.until(
                    "the run is over",
                    () -> http.post("/echo/chat/completions", Http.HELLO).status() == 200);
            assertThat(raw.readAll().length()).isLessThan(30_000_000);
        }
    }

    @Test
    void aSlowReaderThatReadsGetsEverything() throws Exception {
        try (var raw = new Raw(server, 4_096)) {
            raw.post("/flood/chat/completions", Http.HELLO);
            assertThat(raw.readAnswer()).hasSizeGreaterThan(30_000_000).endsWith("}");
        }
    }

    @Test
    void oneRunTooManyIsToldToComeBack() {
        var pending =
                http.client()
                        .sendAsync(
                                http.posting("/stuck/chat/completions", Http.HELLO).build(),
                                java.net.http.HttpResponse.BodyHandlers.ofString());
        Await.latch("the first run is on", stuck.begun, Duration.ofSeconds(10));
        var refused = http.post("/echo/chat/completions", Http.HELLO);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertThat(refused.at("/error/type")).isEqualTo("server_error");
        stuck.release.countDown();
        assertThat(pending.join().statusCode()).isEqualTo(200);
        assertThat(http.post("/echo/chat/completions", Http.HELLO).status()).isEqualTo(200);
    }

    @Test
    void aRefusedBodyLeavesNoTrace() {
        var tooLarge =
                http.send(
                        http.request("/echo/chat/completions")
                                .POST(HttpRequest.BodyPublishers.ofString("x".repeat(10_001))));
        assertThat(tooLarge.status()).isEqualTo(413);
        assertThat(http.post("/echo/chat/completions", Http.HELLO).status()).isEqualTo(200);
    }
}
