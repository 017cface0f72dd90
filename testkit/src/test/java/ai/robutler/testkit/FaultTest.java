package ai.robutler.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FaultTest {

    private static final String STREAM = "\"stream\":true";
    private static final MessageReply TEXT = Reply.text("abcdef").inPiecesOf(1);

    private final ScriptedProvider provider = ScriptedProvider.start();
    private final Client client = new Client(provider);

    @AfterEach
    void stop() {
        provider.close();
    }

    private Outcome outcome() {
        return provider.awaitRequest(1, Client.PATIENCE).awaitEnd(Client.PATIENCE);
    }

    @Test
    void errorInAStreamIsItsLastEvent() throws Exception {
        provider.answer(TEXT.failAfter(3, "boom"));
        List<String> events = client.stream("");
        assertThat(events).hasSize(4);
        assertThat(Assembled.of(events.subList(0, 3)).text).hasToString("ab");
        assertThat(events)
                .last()
                .isEqualTo(
                        "{\"error\":{\"message\":\"boom\",\"type\":\"server_error\",\"param\":null,\"code\":null}}");
        assertThat(outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void errorInACompleteAnswerIsTheAnswer() throws Exception {
        provider.answer(TEXT.failAfter(3, Reply.error(503, "overloaded").code("busy")));
        HttpResponse<byte[]> response = client.call("");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(Client.text(response)).contains("\"code\":\"busy\"");
    }

    @Test
    void cutAfterChunksLeavesTheStreamOpenEnded() throws Exception {
        provider.answer(TEXT.cutAfter(3));
        try (RawClient raw = new RawClient(provider)) {
            raw.call(STREAM).head();
            String body = raw.rest();
            assertThat(body.split("data: ", -1)).hasSize(4);
            assertThat(body).contains("\"b\"").doesNotContain("\"c\"").doesNotContain("0\r\n\r\n");
        }
        assertThat(outcome()).isEqualTo(Outcome.CUT);
    }

    @Test
    void cutBehindTheEndStrikesBeforeTheStreamIsComplete() throws Exception {
        provider.answer(TEXT.cutAfter(1000)).answer(TEXT.cutAfterBytes(1_000_000));
        for (int round = 0; round < 2; round++) {
            try (RawClient raw = new RawClient(provider)) {
                raw.call(STREAM).head();
                assertThat(raw.rest()).contains("[DONE]").doesNotContain("0\r\n\r\n");
            }
        }
        assertThat(outcome()).isEqualTo(Outcome.CUT);
    }

    @Test
    void cutOfACompleteAnswerStrikesInTheMiddleOfIt() throws Exception {
        provider.answer(TEXT.cutAfter(1));
        assertThatThrownBy(() -> client.call("")).isInstanceOf(IOException.class);
        assertThat(provider.requests().getFirst().bytesWritten()).isPositive();
        assertThat(outcome()).isEqualTo(Outcome.CUT);
    }

    @Test
    void cutAfterBytesIsExact() throws Exception {
        provider.answer(TEXT.cutAfterBytes(10)).answer(TEXT.cutAfterBytes(0));
        try (RawClient raw = new RawClient(provider)) {
            raw.call("").head();
            assertThat(raw.rest()).hasSize(10);
        }
        assertThat(outcome()).isEqualTo(Outcome.CUT);
        assertThat(provider.requests().getFirst().bytesWritten()).isEqualTo(10);
        try (RawClient raw = new RawClient(provider)) {
            raw.call("").head();
            assertThat(raw.rest()).isEmpty();
        }
    }

    @Test
    void cutBeforeHeadersSendsNothing() throws Exception {
        provider.answer(TEXT.cutBeforeHeaders());
        try (RawClient raw = new RawClient(provider)) {
            assertThat(raw.call("").rest()).isEmpty();
        }
        assertThat(outcome()).isEqualTo(Outcome.CUT);
    }

    @Test
    void resetIsNoRegularEnd() throws Exception {
        provider.answer(TEXT.resetAfter(2));
        try (RawClient raw = new RawClient(provider)) {
            raw.call(STREAM).head();
            assertThatThrownBy(raw::rest)
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        assertThat(outcome()).isEqualTo(Outcome.CUT);
    }

    @Test
    void hangBeforeHeadersIsSilentUntilTheClientLeaves() throws Exception {
        provider.answer(TEXT.hangBeforeHeaders());
        try (RawClient raw = new RawClient(provider)) {
            raw.call("");
            ReceivedRequest request = provider.awaitRequest(1, Client.PATIENCE);
            assertThatThrownBy(() -> raw.readWithin(50)).isInstanceOf(SocketTimeoutException.class);
            assertThat(request.outcome()).isEqualTo(Outcome.PENDING);
            raw.leave();
            request.awaitClientGone(Client.PATIENCE);
        }
        assertThat(outcome()).isEqualTo(Outcome.CLIENT_GONE);
    }

    @Test
    void hangAfterHeadersSendsHeadersOnly() throws Exception {
        provider.answer(TEXT.hangAfter(0)).answer(TEXT.hangAfter(0));
        for (String more : List.of(STREAM, "")) {
            try (RawClient raw = new RawClient(provider)) {
                assertThat(raw.call(more).head()).startsWith("HTTP/1.1 200 OK\r\n");
                assertThatThrownBy(() -> raw.readWithin(50))
                        .isInstanceOf(SocketTimeoutException.class);
            }
        }
    }

    @Test
    void hangInAStreamEndsWithTheProvider() throws Exception {
        provider.answer(TEXT.hangAfter(2));
        try (RawClient raw = new RawClient(provider)) {
            raw.call(STREAM).readTo("\"a\"");
            ReceivedRequest request = provider.awaitRequest(1, Client.PATIENCE);
            provider.close();
            assertThat(request.awaitEnd(Duration.ofSeconds(1))).isEqualTo(Outcome.PROVIDER_CLOSED);
            assertThat(raw.rest()).doesNotContain("\"b\"");
            assertThatThrownBy(() -> request.awaitClientGone(Client.PATIENCE))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("PROVIDER_CLOSED");
        }
    }

    @Test
    void lastFaultHolds() throws Exception {
        provider.answer(TEXT.hangBeforeHeaders().cutBeforeHeaders());
        assertThatThrownBy(() -> client.call("")).isInstanceOf(IOException.class);
    }

    @Test
    void faultsApplyToRawAndEndlessRepliesAndErrors() throws Exception {
        provider.answer(Reply.rawStream("data: 1\n\ndata: 2\n\n").failAfter(1, "boom"))
                .answer(Reply.endless(10).failAfter(2, "boom"))
                .answer(Reply.endless(10).cutAfterBytes(12345))
                .answer(Reply.error(500, "half an error").cutAfter(1));
        assertThat(client.stream("")).hasSize(2).first().isEqualTo("1");
        assertThat(client.stream("")).hasSize(3).last().asString().contains("boom");
        assertThatThrownBy(() -> client.call(STREAM)).isInstanceOf(IOException.class);
        assertThat(provider.requests().get(2).bytesWritten()).isEqualTo(12345);
        assertThatThrownBy(() -> client.call(STREAM)).isInstanceOf(IOException.class);
    }
}
