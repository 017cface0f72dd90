package ai.robutler.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LivenessTest {

    private static final String STREAM = "\"stream\":true";

    private final ScriptedProvider provider = ScriptedProvider.start();
    private final Client client = new Client(provider);

    @AfterEach
    void stop() {
        provider.close();
    }

    private ReceivedRequest first() {
        return provider.awaitRequest(1, Client.PATIENCE);
    }

    @Test
    void aClientThatLeavesIsNoticedAtOnceWhileAllIsSilent() throws Exception {
        provider.answer(Reply.text("late").delay(Duration.ofMinutes(1)));
        RawClient raw = new RawClient(provider).call("");
        ReceivedRequest request = first();

        Instant left = Instant.now();
        raw.leave();

        Instant gone = request.awaitClientGone(Client.PATIENCE);
        assertThat(Duration.between(left, gone)).isLessThan(Duration.ofMillis(500));
        assertThat(request.outcome()).isEqualTo(Outcome.CLIENT_GONE);
        assertThat(request.completed()).isFalse();
        provider.awaitOpenConnections(0, Client.PATIENCE);
    }

    @Test
    void aClientThatLeavesBetweenPiecesIsNoticed() throws Exception {
        provider.answer(Reply.text("a long text").every(Duration.ofSeconds(30)));
        RawClient raw = new RawClient(provider).call(STREAM);
        raw.readTo("assistant");
        raw.leave();
        first().awaitClientGone(Client.PATIENCE);
    }

    @Test
    void aClientThatStaysIsNotReportedGone() throws Exception {
        provider.answer(Reply.text("Hi")).answer(Reply.text("Hi").hangBeforeHeaders());
        client.call("");
        assertThat(first().completed()).isTrue();
        assertThatThrownBy(() -> first().awaitClientGone(Duration.ofMillis(20)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("COMPLETED");
        try (RawClient raw = new RawClient(provider).call("")) {
            ReceivedRequest second = provider.awaitRequest(2, Client.PATIENCE);
            assertThatThrownBy(() -> second.awaitClientGone(Duration.ofMillis(20)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("still there");
            assertThatThrownBy(() -> second.awaitEnd(Duration.ofMillis(20)))
                    .isInstanceOf(AssertionError.class);
            assertThat(raw).isNotNull();
        }
    }

    @Test
    void anAnswerIsCompletedAsSoonAsTheClientHasIt() throws Exception {
        provider.always(request -> Reply.text("Hi"));
        for (int round = 1; round <= 300; round++) {
            try (RawClient raw = new RawClient(provider).call(STREAM)) {
                raw.readTo("[DONE]");
            }
            assertThat(provider.awaitRequest(round, Client.PATIENCE).awaitEnd(Client.PATIENCE))
                    .isEqualTo(Outcome.COMPLETED);
        }
    }

    @Test
    void endlessTextStopsWhereTheClientStopsReading() throws Exception {
        provider.answer(Reply.endless(1000));
        try (RawClient raw = new RawClient(provider).call(STREAM)) {
            raw.readTo("xxx");
            ReceivedRequest request = first();
            long stalled = stalled(request);
            assertThat(stalled).isBetween(10_000L, 50_000_000L);
            for (int i = 0; i < 100; i++) {
                raw.readTo("\n\n");
            }
            assertThat(request.outcome()).isEqualTo(Outcome.PENDING);
        }
        first().awaitClientGone(Client.PATIENCE);
        provider.awaitOpenConnections(0, Client.PATIENCE);
    }

    /** The count of bytes once it has not grown for a while. */
    private static long stalled(ReceivedRequest request) {
        long known = request.bytesWritten();
        Instant since = Instant.now();
        while (Duration.between(since, Instant.now()).toMillis() < 300) {
            if (request.bytesWritten() != known) {
                known = request.bytesWritten();
                since = Instant.now();
            }
            Thread.onSpinWait();
        }
        return known;
    }

    @Test
    void endlessCompleteAnswersAreTheStartOfJson() throws Exception {
        provider.answer(Reply.endless(100));
        try (RawClient raw = new RawClient(provider).call("")) {
            assertThat(raw.readTo("xxxx"))
                    .contains("\"content\":\"\r\n")
                    .contains("chat.completion");
        }
        first().awaitClientGone(Client.PATIENCE);
    }

    @Test
    void delaysComeBeforeHeadersBeforeTheFirstByteAndBetweenPieces() throws Exception {
        Duration delay = Duration.ofMillis(60);
        provider.answer(Reply.text("abcdefgh").delay(delay).delayFirstByte(delay).every(delay));
        try (RawClient raw = new RawClient(provider)) {
            Instant sent = Instant.now();
            raw.call(STREAM).head();
            Instant head = Instant.now();
            raw.readTo("assistant");
            Instant body = Instant.now();
            raw.readTo("efgh");
            Instant text = Instant.now();
            assertThat(Duration.between(sent, head)).isGreaterThanOrEqualTo(delay);
            assertThat(Duration.between(sent, body)).isGreaterThanOrEqualTo(delay.multipliedBy(2));
            assertThat(Duration.between(sent, text)).isGreaterThanOrEqualTo(delay.multipliedBy(4));
        }
    }

    @Test
    void closingEndsEverythingAtOnce() throws Exception {
        provider.always(request -> Reply.text("x").hangAfter(1));
        RawClient[] clients = new RawClient[50];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = new RawClient(provider).call(STREAM);
        }
        provider.awaitRequest(clients.length, Client.PATIENCE);
        assertThat(provider.openConnections()).isEqualTo(clients.length);

        Instant start = Instant.now();
        provider.close();
        provider.close();

        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(2));
        assertThat(provider.openConnections()).isZero();
        for (RawClient raw : clients) {
            assertThat(raw.rest()).doesNotContain("[DONE]");
            raw.close();
        }
        assertThat(provider.requests())
                .allSatisfy(r -> assertThat(r.outcome()).isEqualTo(Outcome.PROVIDER_CLOSED));
    }

    @Test
    void aProviderCanComeBackOnItsPort() throws Exception {
        provider.answer("Hi");
        client.call("");
        int port = provider.port();
        provider.close();
        try (ScriptedProvider again = startOn(port)) {
            again.answer("Hello again");
            assertThat(client.complete("").at("/choices/0/message/content").asString())
                    .isEqualTo("Hello again");
        }
    }

    /** Another program's outgoing connection may hold the port for a moment. */
    private static ScriptedProvider startOn(int port) throws InterruptedException {
        Instant latest = Instant.now().plusSeconds(30);
        while (true) {
            try {
                return ScriptedProvider.start(port);
            } catch (UncheckedIOException e) {
                if (Instant.now().isAfter(latest)) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    @Test
    void aFunctionIsInterruptedWhenTheClientLeavesAndThatIsNoViolation() throws Exception {
        var interrupted = new java.util.concurrent.CountDownLatch(1);
        provider.always(
                request -> {
                    try {
                        Thread.sleep(Duration.ofMinutes(1));
                        return Reply.text("never");
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                        throw new IllegalStateException(e);
                    }
                });
        RawClient raw = new RawClient(provider).call("");
        first();
        raw.leave();
        first().awaitClientGone(Client.PATIENCE);
        assertThat(interrupted.await(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        provider.awaitOpenConnections(0, Client.PATIENCE);
        assertThat(provider.violations()).isEmpty();
    }
}
