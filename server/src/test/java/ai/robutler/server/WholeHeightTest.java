package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Hook;
import ai.robutler.core.HookCall;
import ai.robutler.core.HookEvent;
import ai.robutler.core.Json;
import ai.robutler.core.RunContext;
import ai.robutler.core.Tool;
import ai.robutler.testkit.Call;
import ai.robutler.testkit.ReceivedRequest;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.UsagePlace;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Clients that go away or read slowly: felt at the other end, by the provider. */
class WholeHeightTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    /** Notes how runs end, and has a tool that takes its time. */
    public static final class Watch {
        final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch interrupted = new CountDownLatch(1);

        @Tool(description = "Takes a minute.")
        String dawdle() throws InterruptedException {
            entered.countDown();
            try {
                Thread.sleep(Duration.ofMinutes(1));
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return "at last";
        }

        @Hook(HookEvent.FINALIZE_CONNECTION)
        void end(HookCall.Finalize end, RunContext context) {
            ends.add(end.outcome() + " " + context.usage().totalTokens());
        }
    }

    private final Watch watch = new Watch();
    private final Stack stack = new Stack(agent -> agent.skill(watch), Duration.ofSeconds(30));

    @AfterEach
    void stop() {
        stack.close();
    }

    private Socket send(boolean stream) throws IOException {
        ObjectNode request = Json.object().put("stream", stream);
        request.withArray("/messages").addObject().put("role", "user").put("content", "Go");
        byte[] body = Json.writeBytes(request);
        int port = URI.create(stack.server.url()).getPort();
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        String head =
                "POST /helper/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
                        + "Content-Type: application/json\r\nContent-Length: "
                        + body.length
                        + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
        return socket;
    }

    private void assertProviderCutSoonAfter(Instant left, int request) {
        ReceivedRequest received = stack.provider.awaitRequest(request, SOON);
        Instant gone = received.awaitClientGone(SOON);
        assertThat(Duration.between(left, gone)).isLessThan(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientThatLeavesBeforeTheFirstByteCancelsTheProvider(boolean stream) throws Exception {
        stack.provider.answer(Reply.text("never").hangBeforeHeaders());
        try (Socket _ = send(stream)) {
            stack.provider.awaitRequest(1, SOON);
        }
        assertProviderCutSoonAfter(Instant.now(), 1);
        assertThat(watch.ends.poll(5, TimeUnit.SECONDS)).isEqualTo("CANCELLED 0");
    }

    @Test
    void aClientThatLeavesAStreamCancelsTheProviderAndKnownUsageCounts() throws Exception {
        stack.provider.answer(
                Reply.text("one two three four")
                        .inPiecesOf(2)
                        .usage(7, 3)
                        .usageIn(UsagePlace.EVERY_CHUNK)
                        .hangAfter(4));
        try (Socket socket = send(true)) {
            readUntil(socket.getInputStream(), "\"content\":\"e \"");
        }
        assertProviderCutSoonAfter(Instant.now(), 1);
        assertThat(watch.ends.poll(5, TimeUnit.SECONDS))
                .startsWith("CANCELLED")
                .isNotEqualTo("CANCELLED 0");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientThatLeavesInterruptsRunningTools(boolean stream) throws Exception {
        stack.provider.answer(Reply.calls(Call.of("dawdle", "{}")).usage(7, 3));
        try (Socket _ = send(stream)) {
            assertThat(watch.entered.await(5, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(watch.interrupted.await(1, TimeUnit.SECONDS)).isTrue();
        assertThat(watch.ends.poll(5, TimeUnit.SECONDS)).isEqualTo("CANCELLED 10");
        assertThat(stack.provider.requests()).hasSize(1);
    }

    @Test
    void aReaderThatStopsStopsTheProvider() throws Exception {
        stack.provider.answer(Reply.endless(1000));
        try (Socket socket = send(true)) {
            readUntil(socket.getInputStream(), "content");
            ReceivedRequest received = stack.provider.awaitRequest(1, SOON);
            long written = stalled(received);
            // Socket buffers on both legs and a window of a few chunks: megabytes, not gigabytes.
            assertThat(written).isLessThan(32 << 20);
            long more = written + (8 << 20);
            InputStream in = socket.getInputStream();
            while (received.bytesWritten() < more) {
                assertThat(in.readNBytes(64 << 10)).isNotEmpty();
            }
        }
    }

    /** How much the provider could write until nothing moved for half a second. */
    private static long stalled(ReceivedRequest received) throws InterruptedException {
        Instant latest = Instant.now().plus(Duration.ofSeconds(20));
        long before = -1;
        long now = received.bytesWritten();
        while (now != before) {
            assertThat(Instant.now()).as("still writing after %d bytes", now).isBefore(latest);
            TimeUnit.MILLISECONDS.sleep(500);
            before = now;
            now = received.bytesWritten();
        }
        return now;
    }

    private static void readUntil(InputStream in, String words) throws IOException {
        var seen = new StringBuilder();
        while (seen.indexOf(words) < 0) {
            int next = in.read();
            assertThat(next).as(seen.toString()).isNotNegative();
            seen.append((char) next);
        }
    }
}
