package ai.robutler.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import ai.robutler.core.CancelledException;
import ai.robutler.core.Deadline;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Servers that are slow, huge, broken, or gone. */
@Timeout(60)
class FaultsTest {
    private static final OutboundSettings LOCAL =
            new OutboundSettings(AddressPolicy.publicOnly().allowing("127.0.0.1"), 2);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(20);

    private static OutboundResponse call(RawServer server, Timeouts timeouts) {
        try (var client = OutboundClient.open(LOCAL)) {
            return client.call(OutboundRequest.get(server.url("/")).timeouts(timeouts));
        }
    }

    private static Timeouts patient() {
        return new Timeouts(LONG, LONG, LONG, LONG);
    }

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(ISO_8859_1));
        out.flush();
    }

    /** Until the client closes: a read then ends. */
    private static void untilGone(Socket socket) throws IOException {
        int read;
        do {
            read = socket.getInputStream().read();
        } while (read >= 0);
    }

    @Test
    void silenceBeforeTheHeadIsBounded() {
        try (var server = new RawServer((_, socket) -> untilGone(socket))) {
            var timeouts = new Timeouts(LONG, SHORT, LONG, LONG);
            assertThatThrownBy(() -> call(server, timeouts))
                    .isInstanceOfSatisfying(
                            OutboundException.TimedOut.class,
                            e -> assertThat(e.mayHaveArrived()).isTrue())
                    .hasMessageContaining("was silent for 300 ms");
        }
    }

    @Test
    void silenceWithinTheBodyIsBounded() {
        try (var server =
                new RawServer(
                        (_, socket) -> {
                            write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
                            untilGone(socket);
                        })) {
            var timeouts = new Timeouts(LONG, LONG, SHORT, LONG);
            assertThatThrownBy(() -> call(server, timeouts))
                    .isInstanceOf(OutboundException.TimedOut.class);
        }
    }

    @Test
    void aDripIsBoundedByTheWholeCall() {
        try (var server =
                new RawServer(
                        (_, socket) -> {
                            write(socket, "HTTP/1.1 200 OK\r\n\r\n");
                            while (true) {
                                write(socket, "x");
                                Thread.onSpinWait();
                            }
                        })) {
            OutboundRequest request =
                    OutboundRequest.get(server.url("/")).within(SHORT).atMost(Integer.MAX_VALUE);
            try (var client = OutboundClient.open(LOCAL)) {
                assertThatThrownBy(() -> client.call(request))
                        .isInstanceOf(OutboundException.TimedOut.class)
                        .hasMessageContaining("in time");
                assertThatThrownBy(() -> client.call(request.within(LONG), Deadline.after(SHORT)))
                        .isInstanceOf(OutboundException.TimedOut.class);
            }
        }
    }

    /** The queue of the listener is full, so that the kernel lets a connection wait. */
    @Test
    void aConnectionThatDoesNotStandIsBounded() throws Exception {
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var a = new Socket(full.getInetAddress(), full.getLocalPort());
                var b = new Socket(full.getInetAddress(), full.getLocalPort());
                var client = OutboundClient.open(LOCAL)) {
            assertThat(a.isConnected() && b.isConnected()).isTrue();
            OutboundRequest request =
                    OutboundRequest.get("http://127.0.0.1:" + full.getLocalPort() + "/")
                            .timeouts(new Timeouts(SHORT, LONG, LONG, LONG));
            assertThatThrownBy(() -> client.call(request))
                    .isInstanceOfSatisfying(
                            OutboundException.class, e -> assertThat(e.mayHaveArrived()).isFalse())
                    .isInstanceOfAny(
                            OutboundException.TimedOut.class, OutboundException.Unreachable.class);
        }
    }

    @Test
    void whereNobodyListensIsUnreachable() throws Exception {
        // A port that nobody else can get.
        try (var silent = new Socket();
                var client = OutboundClient.open(LOCAL)) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String url = "http://127.0.0.1:" + silent.getLocalPort() + "/";
            assertThatThrownBy(() -> client.call(OutboundRequest.get(url)))
                    .isInstanceOfSatisfying(
                            OutboundException.Unreachable.class,
                            e -> assertThat(e.mayHaveArrived()).isFalse());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 11\r\n\r\n01234567890",
                "Content-Length: 99999999999999999999\r\n\r\n",
                "\r\n01234567890",
                "Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n",
            })
    void anAnswerThatIsTooLongIsNoAnswer(String rest) {
        try (var server = RawServer.answering("HTTP/1.1 200 OK\r\n" + rest);
                var client = OutboundClient.open(LOCAL)) {
            assertThatThrownBy(() -> client.call(OutboundRequest.get(server.url("/")).atMost(10)))
                    .isInstanceOf(
                            rest.contains("9999999999")
                                    ? OutboundException.class
                                    : OutboundException.TooLarge.class);
        }
    }

    @Test
    void anAnswerOfJustTheLimitIsGiven() {
        try (var server = RawServer.answering("HTTP/1.1 200 OK\r\n\r\n0123456789");
                var client = OutboundClient.open(LOCAL)) {
            assertThat(client.call(OutboundRequest.get(server.url("/")).atMost(10)).text())
                    .isEqualTo("0123456789");
        }
    }

    @Test
    void anEndlessAnswerIsCutOff() {
        var gone = new CountDownLatch(1);
        try (var server =
                        new RawServer(
                                (_, socket) -> {
                                    try {
                                        write(socket, "HTTP/1.1 200 OK\r\n\r\n");
                                        while (true) {
                                            write(socket, "x".repeat(8192));
                                        }
                                    } finally {
                                        gone.countDown();
                                    }
                                });
                var client = OutboundClient.open(LOCAL)) {
            assertThatThrownBy(() -> client.call(OutboundRequest.get(server.url("/"))))
                    .isInstanceOf(OutboundException.TooLarge.class);
            assertThat(await(gone)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello\r\n\r\n",
                "SSH-2.0-OpenSSH_9.9\r\n",
                "\u0016\u0003\u0001\u0000\u0000\r\n\r\n",
                "HTTP/1.1\r\n\r\n",
                "HTTP/1.1 abc OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nabc",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nContent-Length: 1",
            })
    void anAnswerThatIsNotOneIsABadAnswer(String answer) {
        try (var server = RawServer.answering(answer)) {
            assertThatThrownBy(() -> call(server, patient()))
                    .isInstanceOf(OutboundException.BadAnswer.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"100 Continue", "103 Early Hints"})
    void whatComesBeforeTheAnswerIsPassedOver(String before) {
        String answer = "HTTP/1.1 " + before + "\r\n\r\nHTTP/1.1 200 OK\r\n\r\nabc";
        try (var server = RawServer.answering(answer)) {
            assertThat(call(server, patient()).text()).isEqualTo("abc");
        }
    }

    @Test
    void theBodyThatAHeadTellsOfDoesNotCount() {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n";
        try (var server = RawServer.answering(head);
                var client = OutboundClient.open(LOCAL)) {
            OutboundResponse answer = client.call(OutboundRequest.of("HEAD", server.url("/")));
            assertThat(answer.header("content-length")).contains("99999999999");
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void headersWithoutEndAreABadAnswer() {
        String huge = "HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000) + "\r\n\r\n";
        try (var server = RawServer.answering(huge)) {
            assertThatThrownBy(() -> call(server, patient()))
                    .isInstanceOf(OutboundException.BadAnswer.class);
        }
    }

    /** Else a stranger could fill it. */
    @Test
    void garbageDoesNotShowAsAnErrorInTheLog() {
        var events = new ListAppender<ILoggingEvent>();
        var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        events.start();
        root.addAppender(events);
        try (var server = RawServer.answering("nonsense\r\n\r\n")) {
            assertThatThrownBy(() -> call(server, patient()))
                    .isInstanceOf(OutboundException.BadAnswer.class);
        } finally {
            root.detachAppender(events);
        }
        assertThat(events.list).isEmpty();
    }

    @Test
    void whatTheOtherSideSendsDoesNotBeginALineOfTheLog() {
        try (var server = RawServer.answering("HTTP/1.1 200 OK\r\nA\u000bB: x\r\nno\r\n\r\n")) {
            assertThatThrownBy(() -> call(server, patient()))
                    .isInstanceOfSatisfying(
                            OutboundException.class,
                            e -> assertThat(e.detail()).doesNotContainPattern("\\p{Cntrl}"));
        }
    }

    @Test
    void aStreamIsReadAsItComes() throws Exception {
        var go = new CountDownLatch(1);
        try (var server =
                        new RawServer(
                                (_, socket) -> {
                                    write(socket, "HTTP/1.1 200 OK\r\n\r\ndata: 1\n\n");
                                    go.await();
                                    write(socket, "data: 2\n\n");
                                });
                var client = OutboundClient.open(LOCAL);
                OutboundStream stream = client.open(OutboundRequest.get(server.url("/")))) {
            assertThat(stream.read()).hasValueSatisfying(this::isFirst);
            go.countDown();
            assertThat(stream.readAll(100)).asString().isEqualTo("data: 2\n\n");
            assertThat(stream.read()).isEmpty();
        }
    }

    /** Also when the server has closed the connection behind it, as it was asked to. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 17, 20, 24, 28, 40, 500})
    void anAnswerThatIsThereIsReadToItsEndHoweverLate(int chunks) throws Exception {
        var sent = new CountDownLatch(1);
        try (var server =
                        new RawServer(
                                (_, socket) -> {
                                    write(
                                            socket,
                                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                                    + "2\r\nab\r\n".repeat(chunks)
                                                    + "0\r\n\r\n");
                                    socket.close();
                                    sent.countDown();
                                });
                var client = OutboundClient.open(LOCAL);
                OutboundStream stream = client.open(OutboundRequest.get(server.url("/")))) {
            assertThat(await(sent)).isTrue();
            TimeUnit.MILLISECONDS.sleep(50); // Until the close has arrived, for certain.
            assertThat(stream.readAll(10_000)).asString().isEqualTo("ab".repeat(chunks));
        }
    }

    private void isFirst(byte[] bytes) {
        assertThat(bytes).asString().isEqualTo("data: 1\n\n");
    }

    @Test
    void closingAStreamCutsTheConnection() {
        var gone = new CountDownLatch(1);
        try (var server = hanging(gone);
                var client = OutboundClient.open(LOCAL)) {
            OutboundStream stream = client.open(OutboundRequest.get(server.url("/")));
            assertThat(stream.read()).isPresent();
            stream.close();
            stream.close();
            assertThat(await(gone)).isTrue();
            assertThatThrownBy(stream::read).isInstanceOf(CancelledException.class);
        }
    }

    private static RawServer hanging(CountDownLatch gone) {
        return new RawServer(
                (_, socket) -> {
                    try {
                        write(socket, "HTTP/1.1 200 OK\r\n\r\nabc");
                        untilGone(socket);
                    } finally {
                        gone.countDown();
                    }
                });
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static FutureTask<OutboundResponse> inBackground(
            OutboundClient client, RawServer server) {
        return new FutureTask<>(
                () -> client.call(OutboundRequest.get(server.url("/")).timeouts(patient())));
    }

    private static void assertCancelled(FutureTask<OutboundResponse> call) {
        assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(CancelledException.class);
    }

    @Test
    void anInterruptCutsTheConnection() {
        var arrived = new CountDownLatch(1);
        var gone = new CountDownLatch(1);
        try (var server =
                        new RawServer(
                                (_, socket) -> {
                                    arrived.countDown();
                                    try {
                                        untilGone(socket);
                                    } finally {
                                        gone.countDown();
                                    }
                                });
                var client = OutboundClient.open(LOCAL)) {
            FutureTask<OutboundResponse> call = inBackground(client, server);
            Thread caller = Thread.ofVirtual().name("caller").start(call);
            assertThat(await(arrived)).isTrue();
            caller.interrupt();
            assertCancelled(call);
            assertThat(await(gone)).isTrue();
        }
    }

    @Test
    void closingTheClientEndsTheCallsUnderWay() {
        var arrived = new CountDownLatch(1);
        try (var server =
                new RawServer(
                        (_, socket) -> {
                            arrived.countDown();
                            untilGone(socket);
                        })) {
            var client = OutboundClient.open(LOCAL);
            FutureTask<OutboundResponse> call = inBackground(client, server);
            Thread.ofVirtual().name("caller").start(call);
            assertThat(await(arrived)).isTrue();
            client.close();
            assertCancelled(call);
            assertThatThrownBy(() -> client.call(OutboundRequest.get(server.url("/"))))
                    .isInstanceOf(CancelledException.class);
        }
    }

    @Test
    void noMoreCallsThanAllowedAreUnderWay() {
        var gone = new CountDownLatch(1);
        try (var server = hanging(gone);
                var client = OutboundClient.open(LOCAL);
                OutboundStream b = client.open(OutboundRequest.get(server.url("/")))) {
            OutboundStream a = client.open(OutboundRequest.get(server.url("/")));
            OutboundRequest third = OutboundRequest.get(server.url("/")).within(SHORT);
            assertThatThrownBy(() -> client.open(third))
                    .isInstanceOfSatisfying(
                            OutboundException.Busy.class,
                            e -> assertThat(e.mayHaveArrived()).isFalse());
            assertThat(server.requests()).hasSize(2);
            a.close();
            a.close();
            try (OutboundStream c = client.open(OutboundRequest.get(server.url("/")))) {
                assertThat(c.status()).isEqualTo(b.status());
            }
        }
    }

    @Test
    void aFailedCallGivesItsPlaceBack() {
        try (var server = RawServer.answering("nonsense\r\n\r\n");
                var client = OutboundClient.open(LOCAL)) {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> client.call(OutboundRequest.get(server.url("/"))))
                        .isInstanceOf(OutboundException.BadAnswer.class);
                assertThatThrownBy(() -> client.call(OutboundRequest.get("http://10.0.0.1/")))
                        .isInstanceOf(OutboundException.Refused.class);
            }
        }
    }
}
