package ai.robutler.models;

import static ai.robutler.models.OpenAi.all;
import static ai.robutler.models.OpenAi.soon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.robutler.core.CancelledException;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Deadline;
import ai.robutler.core.ProviderException;
import ai.robutler.testkit.Outcome;
import ai.robutler.testkit.ReceivedRequest;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What every provider does, whatever its wire: when things go wrong. */
class ProviderFaultTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final ChatRequest HI = ChatRequest.of("Hi");

    private final ScriptedProvider server = ScriptedProvider.start();
    private final List<Wire.Provider> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Wire.Provider::close);
        server.close();
    }

    private Wire.Provider open(Wire wire, String settings) {
        Wire.Provider provider = wire.at(server, settings);
        opened.add(provider);
        return provider;
    }

    private ProviderException failure(Wire.Provider provider, boolean streamed) {
        return catchThrowableOfType(
                ProviderException.class,
                () -> {
                    if (streamed) {
                        all(provider.model().stream(HI, soon()));
                    } else {
                        provider.model().complete(HI, soon());
                    }
                });
    }

    @ParameterizedTest
    @EnumSource
    void aProvidersErrorIsNeverTheClients(Wire wire) {
        int[][] statuses = {
            {400, 400}, {401, 502}, {402, 502}, {403, 502}, {404, 502}, {413, 400}, {422, 400},
            {408, 502}, {409, 502}, {429, 429}, {500, 502}, {502, 502}, {503, 502}, {504, 502},
            {529, 502}
        };
        for (int[] pair : statuses) {
            // One breaker would open in the middle of so many failures.
            Wire.Provider provider = open(wire, "{\"attempts\":1}");
            for (boolean streamed : new boolean[] {false, true}) {
                server.answer(Reply.error(pair[0], "the words of the provider"));
                ProviderException failure = failure(provider, streamed);
                assertThat(failure.status()).as("status " + pair[0]).isEqualTo(pair[1]);
                assertThat(String.valueOf(failure.getMessage()).contains("words of the"))
                        .as("status " + pair[0])
                        .isEqualTo(pair[1] == 400);
                assertThat(failure instanceof ProviderException.Transient)
                        .as("status " + pair[0])
                        .isEqualTo(pair[0] >= 500 || List.of(408, 409, 429).contains(pair[0]));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theKeyIsInNoMessage(Wire wire) {
        server.answer(Reply.error(400, "your key " + Wire.KEY + " may not do that"));
        ProviderException failure = failure(open(wire, "{\"attempts\":1}"), false);
        assertThat(failure.getMessage()).contains("may not do that").doesNotContain(Wire.KEY);
    }

    @ParameterizedTest
    @EnumSource
    void anErrorPageIsAFailure(Wire wire) {
        server.answer(Reply.rawJson(502, "<html>Bad Gateway</html>"));
        assertThat(failure(open(wire, "{\"attempts\":1}"), false).status()).isEqualTo(502);
    }

    @ParameterizedTest
    @EnumSource
    void whatMayPassIsTriedAgain(Wire wire) {
        Wire.Provider provider = open(wire, "{\"attempts\":3}");
        server.answer(Reply.error(500, "oops"))
                .answer(Reply.text("x").cutBeforeHeaders())
                .answer("third time");
        assertThat(provider.model().complete(HI, soon()).text()).isEqualTo("third time");
        assertThat(server.requests()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    void aStreamIsTriedAgainAsLongAsNothingWasSaid(Wire wire) {
        Wire.Provider provider = open(wire, "{\"attempts\":3}");
        server.answer(Reply.error(529, "busy"))
                .answer(Reply.text("x").failAfter(0, Reply.error(500, "oops")))
                .answer("third time");
        assertThat(OpenAi.text(all(provider.model().stream(HI, soon())))).isEqualTo("third time");
        assertThat(server.requests()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    void attemptsAreCounted(Wire wire) {
        Wire.Provider provider = open(wire, "{\"attempts\":2}");
        server.always(_ -> Reply.error(503, "busy"));
        assertThat(failure(provider, false).status()).isEqualTo(502);
        assertThat(server.requests()).hasSize(2);
        assertThat(failure(provider, true).status()).isEqualTo(502);
        assertThat(server.requests()).hasSize(4);
    }

    @ParameterizedTest
    @EnumSource
    void whatStaysWrongIsNotTriedAgain(Wire wire) {
        Wire.Provider provider = open(wire, "{\"attempts\":3}");
        server.always(_ -> Reply.error(401, "who are you?"));
        assertThat(failure(provider, false)).isInstanceOf(ProviderException.Permanent.class);
        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void adviceOnWhenToComeBackIsKept(Wire wire) {
        Wire.Provider provider = open(wire, "{\"attempts\":1}");
        server.answer(Reply.error(429, "slow down").header("Retry-After", "7"));
        assertThat(failure(provider, false).retryAfter()).isEqualTo(Duration.ofSeconds(7));
    }

    @ParameterizedTest
    @EnumSource
    void adviceThatOutlastsTheDeadlineEndsTheCall(Wire wire) {
        Wire.Provider provider = open(wire, "{\"attempts\":3}");
        server.always(_ -> Reply.error(429, "slow down").header("Retry-After", "60"));
        assertThat(failure(provider, false).status()).isEqualTo(429);
        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsTriedAgainOnceSomethingWasSaid(Wire wire) {
        Wire.Provider provider = open(wire, "{\"attempts\":3}");
        // Both wires have said something after five events.
        for (Reply reply :
                List.of(
                        Reply.text("some text to be cut").cutAfter(5),
                        Reply.text("some text to be cut").resetAfter(5),
                        Reply.text("some text to be cut")
                                .failAfter(5, Reply.error(529, "overloaded")))) {
            server.reset();
            server.answer(reply);
            var said = new StringBuilder();
            var failure =
                    catchThrowableOfType(
                            ProviderException.class,
                            () -> {
                                try (ChatStream stream = provider.model().stream(HI, soon())) {
                                    stream.forEach(chunk -> said.append(chunk.text()));
                                }
                            });
            assertThat(failure).isInstanceOf(ProviderException.Transient.class);
            assertThat(failure.status()).isEqualTo(502);
            assertThat(said.toString()).startsWith("some");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCutCompleteAnswerIsAFailure(Wire wire) {
        server.answer(Reply.text("some text").cutAfterBytes(40));
        ProviderException failure = failure(open(wire, "{\"attempts\":1}"), false);
        assertThat(failure).isInstanceOf(ProviderException.Transient.class);
    }

    @ParameterizedTest
    @EnumSource
    void silenceBeforeTheFirstTokenIsTimed(Wire wire) {
        Wire.Provider provider =
                open(wire, "{\"attempts\":1,\"timeouts\":{\"first-token\":\"200ms\"}}");
        for (Reply reply :
                List.of(Reply.text("x").hangBeforeHeaders(), Reply.text("x").hangAfter(0))) {
            server.answer(reply);
            assertThat(failure(provider, true).status()).isEqualTo(504);
        }
    }

    @ParameterizedTest
    @EnumSource
    void silenceBetweenTokensIsTimed(Wire wire) {
        server.answer(Reply.text("some text to hang in").hangAfter(5));
        ProviderException failure =
                failure(
                        open(wire, "{\"attempts\":1,\"timeouts\":{\"between-tokens\":\"200ms\"}}"),
                        true);
        assertThat(failure.status()).isEqualTo(504);
    }

    @ParameterizedTest
    @EnumSource
    void theWholeCallIsTimed(Wire wire) {
        Wire.Provider provider = open(wire, "{\"attempts\":3,\"timeouts\":{\"total\":\"300ms\"}}");
        server.always(_ -> Reply.text("slow slow slow slow").every(Duration.ofMillis(100)));
        assertThat(failure(provider, true).status()).isEqualTo(504);
        server.always(_ -> Reply.text("x").hangBeforeHeaders());
        assertThat(failure(provider, false).status()).isEqualTo(504);
    }

    @ParameterizedTest
    @EnumSource
    void theCallersDeadlineHolds(Wire wire) {
        Wire.Provider provider = open(wire, "{}");
        server.always(_ -> Reply.text("x").hangBeforeHeaders());
        var failure =
                catchThrowableOfType(
                        ProviderException.class,
                        () ->
                                provider.model()
                                        .complete(HI, Deadline.after(Duration.ofMillis(200))));
        assertThat(failure.status()).isEqualTo(504);
    }

    @ParameterizedTest
    @EnumSource
    void nobodyListening(Wire wire) {
        int port;
        try (var gone = ScriptedProvider.start()) {
            port = gone.port();
        }
        try (var provider = wire.at("http://127.0.0.1:" + port, "{\"attempts\":2}")) {
            assertThat(failure(provider, false)).isInstanceOf(ProviderException.Transient.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsTheCallWithinASecond(Wire wire) throws Exception {
        Wire.Provider provider = open(wire, "{}");
        server.always(_ -> Reply.text("x").hangBeforeHeaders());
        for (boolean streamed : new boolean[] {false, true}) {
            server.reset();
            server.always(_ -> Reply.text("x").hangBeforeHeaders());
            var ended = new CompletableFuture<Throwable>();
            Thread caller =
                    Thread.ofVirtual()
                            .name("caller")
                            .start(
                                    () -> {
                                        try {
                                            if (streamed) {
                                                all(provider.model().stream(HI, soon()));
                                            } else {
                                                provider.model().complete(HI, soon());
                                            }
                                            ended.complete(new AssertionError("it ended"));
                                        } catch (RuntimeException e) {
                                            ended.complete(e);
                                        }
                                    });
            ReceivedRequest request = server.awaitRequest(1, PATIENCE);
            caller.interrupt();
            assertThat(atOnce(ended)).isInstanceOf(CancelledException.class);
            request.awaitClientGone(Duration.ofSeconds(1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedStreamEndsTheCallWithinASecond(Wire wire) {
        server.answer(Reply.endless(1000));
        try (ChatStream stream = open(wire, "{}").model().stream(HI, soon())) {
            Iterator<ChatChunk> chunks = stream.iterator();
            for (int i = 0; i < 10; i++) {
                assertThat(chunks.hasNext()).isTrue();
                chunks.next();
            }
        }
        server.awaitRequest(1, PATIENCE).awaitClientGone(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @EnumSource
    void aStreamClosedByAnotherThreadIsNotWhole(Wire wire) throws Exception {
        server.answer(Reply.text("some text to hang in").hangAfter(5));
        ChatStream stream = open(wire, "{}").model().stream(HI, soon());
        var ended = new CompletableFuture<Throwable>();
        Thread.ofVirtual()
                .name("reader")
                .start(
                        () -> {
                            try {
                                stream.forEach(_ -> {});
                                ended.complete(new AssertionError("it looks whole"));
                            } catch (RuntimeException e) {
                                ended.complete(e);
                            }
                        });
        stream.close();
        assertThat(atOnce(ended)).isInstanceOf(CancelledException.class);
    }

    @ParameterizedTest
    @EnumSource
    void aSlowReaderSlowsTheProvider(Wire wire) {
        server.answer(Reply.endless(100_000));
        try (ChatStream stream = open(wire, "{}").model().stream(HI, soon())) {
            assertThat(stream.iterator().hasNext()).isTrue();
            ReceivedRequest request = server.awaitRequest(1, PATIENCE);
            long written = settled(request);
            assertThat(written).isLessThan(64L << 20);
            assertThat(request.outcome()).isEqualTo(Outcome.PENDING);
        }
    }

    /** How much was written when nothing more was for a while. */
    private static long settled(ReceivedRequest request) {
        Deadline deadline = Deadline.after(PATIENCE);
        long before = -1;
        Deadline quiet = Deadline.after(Duration.ofMillis(300));
        while (!deadline.hasPassed()) {
            long now = request.bytesWritten();
            if (now != before) {
                before = now;
                quiet = Deadline.after(Duration.ofMillis(300));
            } else if (quiet.hasPassed()) {
                return now;
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("the provider never stopped writing: " + before + " bytes");
    }

    @ParameterizedTest
    @EnumSource
    void aClosedProviderEndsItsCalls(Wire wire) throws Exception {
        Wire.Provider provider = open(wire, "{\"attempts\":1}");
        server.always(_ -> Reply.text("x").hangBeforeHeaders());
        var ended = new CompletableFuture<Throwable>();
        Thread.ofVirtual()
                .name("caller")
                .start(
                        () -> {
                            try {
                                provider.model().complete(HI, soon());
                                ended.complete(new AssertionError("it ended"));
                            } catch (RuntimeException e) {
                                ended.complete(e);
                            }
                        });
        server.awaitRequest(1, PATIENCE);
        provider.close();
        assertThat(atOnce(ended)).isInstanceOf(ProviderException.class);
    }

    private static Throwable atOnce(CompletableFuture<Throwable> ended)
            throws InterruptedException, ExecutionException, TimeoutException {
        return ended.get(1, TimeUnit.SECONDS);
    }
}
