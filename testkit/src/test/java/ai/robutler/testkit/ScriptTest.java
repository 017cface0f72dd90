package ai.robutler.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScriptTest {

    private final ScriptedProvider provider = ScriptedProvider.start();
    private final Client client = new Client(provider);

    @AfterEach
    void stop() {
        provider.close();
    }

    private static String body(String text) {
        return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                .formatted(text);
    }

    private String ask(String text) throws Exception {
        return Client.json(client.post(body(text)))
                .at("/choices/0/message/content")
                .stringValue("");
    }

    @Test
    void anEmptyScriptSaysSo() throws Exception {
        HttpResponse<byte[]> response = client.call("");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(Client.text(response))
                .contains("script_empty")
                .contains("script of the test's provider is empty");
    }

    @Test
    void queuedRepliesGoFirstThenTheFunctionIsAsked() throws Exception {
        provider.always(request -> Reply.text("to " + request.lastText())).answer("queued");
        assertThat(provider.repliesLeft()).isEqualTo(1);
        assertThat(ask("a")).isEqualTo("queued");
        assertThat(ask("b")).isEqualTo("to b");
        assertThat(ask("c")).isEqualTo("to c");
        assertThat(provider.repliesLeft()).isZero();
    }

    @Test
    void aFunctionThatThrowsIsTheTestsFaultAndShows() throws Exception {
        provider.always(
                request -> {
                    throw new AssertionError("expected another request");
                });
        HttpResponse<byte[]> response = client.call("");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(provider.violations())
                .singleElement()
                .satisfies(
                        violation -> {
                            assertThat(violation.code()).isEqualTo("script_failed");
                            assertThat(violation.message()).contains("expected another request");
                        });
    }

    @Test
    void repliesGoOutInTheOrderOfArrivalWithHundredsAtOnce() throws Exception {
        int count = 400;
        IntStream.rangeClosed(1, count).forEach(i -> provider.answer("reply " + i));
        List<Callable<String>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String text = "client " + i;
            calls.add(
                    () -> {
                        try (RawClient raw = new RawClient(provider)) {
                            return raw.post(body(text)).readTo("logprobs");
                        }
                    });
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = threads.invokeAll(calls);
            for (ReceivedRequest request : provider.requests()) {
                int number = Integer.parseInt(request.lastText().substring("client ".length()));
                assertThat(answers.get(number).get())
                        .contains("\"reply " + request.number() + "\"");
            }
        }
        assertThat(provider.requests()).hasSize(count);
        assertThat(provider.requests())
                .extracting(ReceivedRequest::number)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, count).boxed().toList());
        assertThat(provider.repliesLeft()).isZero();
        assertThat(provider.violations()).isEmpty();
        provider.awaitOpenConnections(0, Client.PATIENCE);
    }

    @Test
    void eachOfManyConcurrentCallsGetsItsOwnAnswer() throws Exception {
        provider.always(
                request -> Reply.text("to " + request.lastText()).delay(Duration.ofMillis(20)));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                String text = "q" + i;
                answers.add(threads.submit(() -> ask(text)));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).isEqualTo("to q" + i);
            }
        }
    }

    @Test
    void requestsAreKeptAsTheyCame() throws Exception {
        provider.answer("Hi");
        client.call("\"stream\":true,\"n\":1");
        ReceivedRequest request = provider.awaitRequest(1, Client.PATIENCE);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.path()).isEqualTo("/v1/chat/completions");
        assertThat(request.header("content-TYPE")).hasValue("application/json");
        assertThat(request.header("absent")).isEmpty();
        assertThat(request.text()).isEqualTo(Client.body("\"stream\":true,\"n\":1"));
        assertThat(request.json().path("n").asInt()).isEqualTo(1);
        assertThat(request.stream()).isTrue();
        assertThat(request.lastText()).isEqualTo("Hi");
        assertThat(request.completed()).isTrue();
        assertThat(request.bytesWritten()).isGreaterThan(100);
    }

    @Test
    void waitingForARequestThatDoesNotComeFails() {
        assertThatThrownBy(() -> provider.awaitRequest(2, Duration.ofMillis(20)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("request 2 has not come")
                .hasMessageContaining("0 came");
    }

    @Test
    void resetForgetsEverything() throws Exception {
        provider.always(request -> Reply.text("Hi")).answer("left");
        client.post("wrong");
        provider.reset();
        assertThat(provider.requests()).isEmpty();
        assertThat(provider.violations()).isEmpty();
        assertThat(provider.repliesLeft()).isZero();
        assertThat(client.call("").statusCode()).isEqualTo(500);
        assertThat(provider.awaitRequest(1, Client.PATIENCE).number()).isEqualTo(1);
    }

    @Test
    void argumentsThatMakeNoSenseAreRefusedAtOnce() {
        assertThatThrownBy(() -> Reply.text("x").inPiecesOf(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Reply.text("x").delay(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Reply.text("x").cutAfter(-1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Reply.text("x").header("a", "b\r\nc: d"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Reply.error(99, "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Reply.endless(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Reply.text("x").splitEvery(0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
