package ai.robutler.models;

import static ai.robutler.models.OpenAi.soon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.Deadline;
import ai.robutler.core.ProviderException;
import ai.robutler.testkit.Outcome;
import ai.robutler.testkit.ReceivedRequest;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

class UpstreamTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final String ONCE = "{\"attempts\":1}";
    private static final String IMPATIENT =
            "{\"attempts\":1,\"timeouts\":{\"first-token\":\"200ms\",\"between-tokens\":\"200ms\"}}";

    private final ScriptedProvider provider = ScriptedProvider.start();

    @AfterEach
    void close() {
        provider.close();
    }

    private OpenAi openAi(String settings) {
        return OpenAi.at(provider.baseUrl(), settings);
    }

    // ---- retries

    @ParameterizedTest
    @ValueSource(ints = {408, 409, 429, 500, 503})
    void aPassingFailureIsRepeated(int status) {
        Reply error = Reply.error(status, "x").header("retry-after-ms", "1");
        provider.answer(error).answer(error).answer("yes").answer(error).answer("yes");
        try (var openAi = openAi("{}")) {
            assertThat(openAi.model().complete(ChatRequest.of("Hi"), soon()).text())
                    .isEqualTo("yes");
            assertThat(OpenAi.text(OpenAi.all(openAi.model().stream(ChatRequest.of("Hi"), soon()))))
                    .isEqualTo("yes");
        }
        assertThat(provider.requests()).hasSize(5);
    }

    @Test
    void aCutBeforeTheFirstChunkIsRepeated() {
        provider.answer(Reply.text("no").cutBeforeHeaders());
        provider.answer(Reply.text("no").cutAfter(0)).answer("yes");
        try (var openAi = openAi("{}")) {
            assertThat(OpenAi.text(OpenAi.all(openAi.model().stream(ChatRequest.of("Hi"), soon()))))
                    .isEqualTo("yes");
        }
        assertThat(provider.requests()).hasSize(3);
    }

    @Test
    void nothingIsRepeatedBehindTheFirstChunk() {
        provider.answer(Reply.text("Hello there").cutAfter(1)).answer("no");
        try (var openAi = openAi("{}")) {
            assertThatThrownBy(
                            () -> OpenAi.all(openAi.model().stream(ChatRequest.of("Hi"), soon())))
                    .isInstanceOf(ProviderException.Transient.class);
        }
        assertThat(provider.requests()).hasSize(1);
    }

    @Test
    void anIdleConnectionThatTheProviderClosedIsReplacedAtOnceOutOfTheSameBudget() {
        try (var openAi = openAi("{\"attempts\":2}")) {
            provider.answer("a");
            openAi.model().complete(ChatRequest.of("Hi"), soon());
            provider.answer(Reply.text("no").cutBeforeHeaders()).answer("b");
            assertThat(openAi.model().complete(ChatRequest.of("Hi"), soon()).text()).isEqualTo("b");
        }
        assertThat(provider.requests()).hasSize(3);
        assertThat(provider.requests().get(1).connection()).isEqualTo(1);
        assertThat(provider.requests().get(2).connection()).isEqualTo(2);
    }

    @Test
    void withOneAttemptARequestGoesOutOnce() {
        try (var openAi = openAi(ONCE)) {
            provider.answer("a");
            openAi.model().complete(ChatRequest.of("Hi"), soon());
            provider.answer(Reply.text("no").cutBeforeHeaders()).answer("no");
            assertThatThrownBy(() -> openAi.model().complete(ChatRequest.of("Hi"), soon()))
                    .isInstanceOf(ProviderException.Transient.class);
        }
        assertThat(provider.requests()).hasSize(2);
    }

    @Test
    void aFreshConnectionThatTheProviderClosedIsAFailure() {
        provider.answer(Reply.text("no").cutBeforeHeaders()).answer("no");
        try (var openAi = openAi(ONCE)) {
            assertThatThrownBy(() -> openAi.model().complete(ChatRequest.of("Hi"), soon()))
                    .isInstanceOf(ProviderException.Transient.class)
                    .hasMessageContaining("closed the connection");
        }
        assertThat(provider.requests()).hasSize(1);
    }

    @Test
    void aProviderThatIsNotThereIsAFailureWithoutItsAddress() throws Exception {
        // A port that nobody else can get, and where nobody listens.
        try (var silent = new Socket()) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String url = "http://localhost:" + silent.getLocalPort() + "/v1";
            try (var openAi = OpenAi.at(url, ONCE)) {
                assertThatThrownBy(() -> openAi.model().complete(ChatRequest.of("Hi"), soon()))
                        .isInstanceOf(ProviderException.Transient.class)
                        .hasMessage("The model provider openai could not be reached.");
            }
        }
    }

    @Test
    void aHostWithoutAnAddressIsAFailure() {
        try (var openAi = OpenAi.at("http://nowhere.invalid/v1", ONCE)) {
            assertThatThrownBy(() -> openAi.model().complete(ChatRequest.of("Hi"), soon()))
                    .isInstanceOf(ProviderException.Transient.class)
                    .hasMessageNotContaining("nowhere");
        }
    }

    // ---- time-outs

    @Test
    void silenceBeforeTheHeadersEndsWithTheFirstTokenTime() {
        provider.answer(Reply.text("x").hangBeforeHeaders());
        times(IMPATIENT, "was silent for 200 ms");
    }

    @Test
    void silenceBehindTheHeadersEndsWithTheFirstTokenTime() {
        provider.answer(Reply.text("x").hangAfter(0));
        times(IMPATIENT, "was silent for 200 ms");
    }

    @Test
    void silenceBetweenTokensEndsWithItsTime() {
        provider.answer(Reply.text("Hello there").hangAfter(2));
        times(
                "{\"attempts\":1,\"timeouts\":{\"first-token\":\"20s\",\"between-tokens\":\"200ms\"}}",
                "was silent for 200 ms");
    }

    @Test
    void anAnswerThatTricklesEndsWithTheTotalTime() {
        provider.answer(Reply.text("x".repeat(4000)).every(Duration.ofMillis(20)));
        times("{\"attempts\":3,\"timeouts\":{\"total\":\"300ms\"}}", "did not answer in time");
        assertThat(provider.requests()).hasSize(1);
    }

    @Test
    void theDeadlineOfTheCallerBoundsIt() {
        provider.answer(Reply.text("x").hangBeforeHeaders());
        provider.answer(Reply.text("x").hangBeforeHeaders());
        try (var openAi = openAi("{}")) {
            var soon = Deadline.after(Duration.ofMillis(200));
            assertThatThrownBy(() -> openAi.model().complete(ChatRequest.of("Hi"), soon))
                    .isInstanceOfSatisfying(
                            ProviderException.class, e -> assertThat(e.status()).isEqualTo(504));
            assertThatThrownBy(() -> openAi.model().stream(ChatRequest.of("Hi"), soon))
                    .isInstanceOf(ProviderException.class);
        }
    }

    @Test
    void aWholeAnswerMayTakeLongerThanAToken() {
        provider.answer(Reply.text("yes").delay(Duration.ofMillis(500)));
        try (var openAi = openAi(IMPATIENT)) {
            assertThat(openAi.model().complete(ChatRequest.of("Hi"), soon()).text())
                    .isEqualTo("yes");
        }
    }

    @Test
    void aConnectionThatIsNotAcceptedEndsWithTheConnectTime() throws IOException {
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var openAi =
                        OpenAi.at(
                                "https://127.0.0.1:" + full.getLocalPort(),
                                "{\"attempts\":1,\"timeouts\":{\"connect\":\"200ms\"}}")) {
            // It listens, but never says a word of TLS.
            assertThatThrownBy(() -> openAi.model().complete(ChatRequest.of("Hi"), soon()))
                    .isInstanceOfSatisfying(
                            ProviderException.class, e -> assertThat(e.status()).isEqualTo(504))
                    .hasMessageContaining("within 200 ms");
        }
    }

    private void times(String settings, String message) {
        try (var openAi = openAi(settings)) {
            long start = System.nanoTime();
            assertThatThrownBy(
                            () -> OpenAi.all(openAi.model().stream(ChatRequest.of("Hi"), soon())))
                    .isInstanceOfSatisfying(
                            ProviderException.Transient.class,
                            e -> assertThat(e.status()).isEqualTo(504))
                    .hasMessageContaining(message);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(5));
            provider.awaitRequest(1, LONG).awaitClientGone(Duration.ofSeconds(1));
        }
    }

    // ---- cancelling

    @Test
    void anInterruptBeforeTheHeadersCutsTheConnection() throws Exception {
        provider.answer(Reply.text("x").hangBeforeHeaders());
        interrupts(openAi -> openAi.model().complete(ChatRequest.of("Hi"), soon()));
    }

    @Test
    void anInterruptBeforeTheFirstByteCutsTheConnection() throws Exception {
        provider.answer(Reply.text("x").hangAfter(0));
        interrupts(openAi -> openAi.model().stream(ChatRequest.of("Hi"), soon()));
    }

    @Test
    void anInterruptInMidStreamCutsTheConnection() throws Exception {
        provider.answer(Reply.text("Hello there").hangAfter(3));
        interrupts(openAi -> OpenAi.all(openAi.model().stream(ChatRequest.of("Hi"), soon())));
    }

    @Test
    void anInterruptWhileTextPoursInCutsTheConnection() throws Exception {
        provider.answer(Reply.endless(1000));
        interrupts(openAi -> OpenAi.all(openAi.model().stream(ChatRequest.of("Hi"), soon())));
    }

    private void interrupts(Consumer<OpenAi> call) throws InterruptedException {
        try (var openAi = openAi("{}")) {
            var cancelled = new AtomicBoolean();
            Thread caller =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            call.accept(openAi);
                                        } catch (CancelledException e) {
                                            cancelled.set(Thread.currentThread().isInterrupted());
                                        }
                                    });
            ReceivedRequest request = provider.awaitRequest(1, LONG);
            Instant before = Instant.now();
            caller.interrupt();
            assertThat(caller.join(LONG)).isTrue();
            assertThat(cancelled).isTrue();
            Instant gone = request.awaitClientGone(LONG);
            assertThat(Duration.between(before, gone)).isLessThan(Duration.ofSeconds(1));
        }
    }

    @Test
    void anInterruptBeforeTheCallEndsIt() {
        try (var openAi = openAi("{}")) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> openAi.model().complete(ChatRequest.of("Hi"), soon()))
                    .isInstanceOf(CancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void closingAStreamInTheMiddleCutsTheConnection() {
        provider.answer(Reply.endless(1000));
        try (var openAi = openAi("{}")) {
            var stream = openAi.model().stream(ChatRequest.of("Hi"), soon());
            assertThat(stream.iterator().hasNext()).isTrue();
            stream.close();
            stream.close();
            provider.awaitRequest(1, LONG).awaitClientGone(Duration.ofSeconds(1));
            assertThatThrownBy(() -> stream.iterator().hasNext())
                    .isInstanceOf(CancelledException.class);
        }
    }

    @Test
    void closingAStreamFromAnotherThreadEndsItsReader() throws Exception {
        provider.answer(Reply.text("Hello there").hangAfter(1));
        try (var openAi = openAi("{}");
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var stream = openAi.model().stream(ChatRequest.of("Hi"), soon());
            var reading = new CountDownLatch(1);
            Future<?> reader =
                    pool.submit(
                            () -> {
                                for (var _ : stream) {
                                    reading.countDown();
                                }
                            });
            assertThat(reading.await(5, TimeUnit.SECONDS)).isTrue();
            stream.close();
            assertThatThrownBy(() -> reader.get(5, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(CancelledException.class);
            provider.awaitRequest(1, LONG).awaitClientGone(Duration.ofSeconds(1));
        }
    }

    @Test
    void whatIsLeftOfAnAbandonedAnswerDoesNotSilenceTheConnection() {
        String odd = "data: no JSON\n\n" + "data: {}\n\n".repeat(200) + "data: [DONE]\n\n";
        try (var openAi = openAi(ONCE)) {
            for (int i = 0; i < 20; i++) {
                // One failure in three: the breaker stays closed.
                provider.answer(Reply.rawStream(odd).splitEvery(9)).answer("Hello").answer("Hello");
                assertThatThrownBy(
                                () -> {
                                    try (var stream =
                                            openAi.model().stream(ChatRequest.of("Hi"), soon())) {
                                        stream.forEach(_ -> {});
                                    }
                                })
                        .isInstanceOf(ProviderException.class);
                for (int j = 0; j < 2; j++) {
                    assertThat(openAi.model().complete(ChatRequest.of("Hi"), soon()).text())
                            .isEqualTo("Hello");
                }
            }
        }
    }

    @Test
    void closingTheProviderEndsItsCalls() throws Exception {
        provider.answer(Reply.text("Hello there").hangAfter(1));
        var openAi = openAi(ONCE);
        try (var stream = openAi.model().stream(ChatRequest.of("Hi"), soon())) {
            openAi.close();
            assertThatThrownBy(() -> stream.forEach(_ -> {}))
                    .isInstanceOf(ProviderException.Transient.class);
        }
        assertThatThrownBy(() -> openAi.model().complete(ChatRequest.of("Hi"), soon()))
                .hasMessageContaining("is closed");
    }

    // ---- pressure

    @Test
    void aReaderThatStopsStopsTheProvider() {
        provider.answer(Reply.endless(10_000));
        try (var openAi = openAi("{}");
                var stream = openAi.model().stream(ChatRequest.of("Hi"), soon())) {
            assertThat(stream.iterator().hasNext()).isTrue();
            ReceivedRequest request = provider.awaitRequest(1, LONG);
            long stalled = awaitStall(request);
            var chunks = stream.iterator();
            long read = 0;
            while (read < 2 * stalled) {
                read += chunks.next().text().length();
            }
            assertThat(request.bytesWritten()).isGreaterThan(stalled);
            assertThat(request.outcome()).isEqualTo(Outcome.PENDING);
        }
    }

    /** How much was written once nothing more was for half a second. */
    private static long awaitStall(ReceivedRequest request) {
        long deadline = System.nanoTime() + LONG.toNanos();
        long last = -1;
        long since = System.nanoTime();
        while (System.nanoTime() < deadline) {
            long written = request.bytesWritten();
            if (written != last) {
                last = written;
                since = System.nanoTime();
            } else if (last > 0 && System.nanoTime() - since > 500_000_000L) {
                return last;
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("the provider still writes after " + LONG + ": " + last);
    }

    /** Also when the provider has closed the connection behind it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 8, 17, 20, 24, 28, 40, 500})
    void anAnswerThatIsThereIsReadToItsEndHoweverLate(int chunks) throws Exception {
        String event =
                "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                        + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ab\"},\"finish_reason\":null}]}\n\n";
        String last =
                event.replace("\"content\":\"ab\"", "")
                        .replace("\"finish_reason\":null", "\"finish_reason\":\"stop\"");
        String body =
                (chunk(event).repeat(chunks) + chunk(last) + chunk("data: [DONE]\n\n"))
                        + "0\r\n\r\n";
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var openAi =
                        OpenAi.at("http://127.0.0.1:" + listener.getLocalPort() + "/v1", ONCE)) {
            var sent = new CountDownLatch(1);
            Thread.ofVirtual().start(() -> answerOnce(listener, body, sent));
            try (var stream = openAi.model().stream(ChatRequest.of("Hi"), soon())) {
                assertThat(sent.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
                TimeUnit.MILLISECONDS.sleep(50); // Until the close has arrived, for certain.
                var text = new StringBuilder();
                stream.forEach(piece -> text.append(piece.text()));
                assertThat(text).hasToString("ab".repeat(chunks));
            }
        }
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private static void answerOnce(ServerSocket listener, String body, CountDownLatch sent) {
        try (Socket socket = listener.accept()) {
            var request = new StringBuilder();
            while (!request.toString().endsWith("}")) {
                request.append((char) socket.getInputStream().read());
            }
            String head =
                    """
                    HTTP/1.1 200 OK\r
                    Content-Type: text/event-stream\r
                    Transfer-Encoding: chunked\r
                    Connection: close\r
                    \r
                    """;
            socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sent.countDown();
    }

    @Test
    void manyStreamsAtOnce() throws Exception {
        int streams = 200;
        var all = new CountDownLatch(streams);
        provider.always(
                request -> {
                    all.countDown();
                    try {
                        // Each waits for all the others: no connection may be held back.
                        if (!all.await(20, TimeUnit.SECONDS)) {
                            return Reply.error(500, "not all came");
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return Reply.text(request.lastText());
                });
        try (var openAi = openAi("{}");
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var texts = new ArrayList<Future<String>>();
            for (int i = 0; i < streams; i++) {
                var request = ChatRequest.of("Number " + i + ", " + "text ".repeat(20));
                texts.add(
                        pool.submit(
                                () ->
                                        OpenAi.text(
                                                OpenAi.all(
                                                        openAi.model().stream(request, soon())))));
            }
            for (int i = 0; i < streams; i++) {
                assertThat(texts.get(i).get(30, TimeUnit.SECONDS)).startsWith("Number " + i + ",");
            }
        }
    }
}
