package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.ProviderException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class StreamingTest {
    private static RuntimeException providerDown() {
        return ProviderException.failed("test", "is down", new IOException("secret-host:443"));
    }

    private final Scripted.Stuck silent = new Scripted.Stuck(0);
    private final Scripted.Stuck talking = new Scripted.Stuck(1);
    private final RobutlerServer server =
            RobutlerServer.builder()
                    .agent(Scripted.agent("echo", new Scripted.Echo()))
                    .agent(Scripted.agent("down", new Scripted.Failing(providerDown())))
                    .agent(
                            Scripted.agent(
                                    "bug", new Scripted.Failing(new IllegalStateException("x"))))
                    .agent(Scripted.agent("breaks", new Breaking()))
                    .agent(Scripted.agent("silent", silent))
                    .agent(Scripted.agent("talking", talking))
                    .heartbeat(Duration.ofMillis(200))
                    .port(0)
                    .build()
                    .start();
    private final Http http = Http.of(server);

    /** Fails after two pieces. */
    private static final class Breaking implements Completer {
        @Override
        public ChatCompletion complete(ChatRequest request, Deadline deadline) {
            throw providerDown();
        }

        @Override
        public ChatStream stream(ChatRequest request, Deadline deadline) {
            return Scripted.stream(
                    i -> {
                        if (i == 2) {
                            throw providerDown();
                        }
                        return ChatChunk.text("piece " + i);
                    },
                    3);
        }
    }

    @AfterEach
    void stop() {
        silent.release.countDown();
        talking.release.countDown();
        http.close();
        server.close();
    }

    private static List<String> events(String body) {
        var events = new ArrayList<String>();
        for (String event : body.split("\n\n")) {
            if (event.startsWith("data: ")) {
                events.add(event.substring("data: ".length()));
            }
        }
        return events;
    }

    private static JsonNode lastJson(String body) {
        return Json.parse(events(body).getLast());
    }

    @Test
    void piecesJoinToTheAnswer() {
        var answer = http.post("/echo/chat/completions", Http.HELLO_STREAM);
        List<String> events = events(answer.body());
        assertThat(events.getLast()).isEqualTo("[DONE]");
        var text = new StringBuilder();
        for (String event : events.subList(0, events.size() - 1)) {
            text.append(Json.parse(event).at("/choices/0/delta/content").asString(""));
        }
        assertThat(text).hasToString("echo: hello");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(answer.header("X-Accel-Buffering")).isEqualTo("no");
        assertThat(answer.header("X-Request-ID")).startsWith("req_");
    }

    @Test
    void aFailureBeforeTheFirstPieceIsAnOrdinaryError() {
        var answer = http.post("/down/chat/completions", Http.HELLO_STREAM);
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.at("/error/code")).isEqualTo("provider_error");
        assertThat(answer.body()).doesNotContain("secret-host");
    }

    @Test
    void aFaultOfOurOwnIsNotExplained() {
        for (String request : List.of(Http.HELLO, Http.HELLO_STREAM)) {
            var answer = http.post("/bug/chat/completions", request);
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.at("/error/code")).isEqualTo("internal_error");
            assertThat(answer.body()).doesNotContain("IllegalState");
        }
    }

    @Test
    void aFailureAfterTheFirstPieceIsTheLastEvent() {
        var answer = http.post("/breaks/chat/completions", Http.HELLO_STREAM);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("piece 1").doesNotContain("[DONE]", "secret-host");
        assertThat(lastJson(answer.body()).at("/error/type").asString())
                .isEqualTo("provider_error");
    }

    @Test
    void silenceGetsACommentBeforeTheFirstPieceToo() throws IOException {
        try (var raw = new Raw(server)) {
            raw.post("/silent/chat/completions", Http.HELLO_STREAM);
            String beginning = raw.readUntil(": keep-alive\n\n");
            assertThat(beginning).startsWith("HTTP/1.1 200 ").contains("text/event-stream");
            raw.readUntil(": keep-alive\n\n");
            silent.release.countDown();
            assertThat(raw.readUntil("[DONE]")).contains("released");
        }
    }

    @Test
    void silenceBetweenPiecesGetsAComment() throws IOException {
        try (var raw = new Raw(server)) {
            raw.post("/talking/chat/completions", Http.HELLO_STREAM);
            raw.readUntil("piece 0");
            raw.readUntil(": keep-alive\n\n");
            talking.release.countDown();
            assertThat(raw.readUntil("[DONE]")).contains("released");
        }
    }

    @Test
    void eachPieceIsSentWhenItComes() throws IOException {
        try (var raw = new Raw(server)) {
            raw.post("/talking/chat/completions", Http.HELLO_STREAM);
            assertThat(raw.readUntil("piece 0")).doesNotContain("released");
            assertThat(talking.release.getCount()).isEqualTo(1);
        }
    }

    @Test
    void anOldClientGetsTheStreamToo() throws IOException {
        try (var raw = new Raw(server)) {
            raw.send(
                    "POST /echo/chat/completions HTTP/1.0\r\nContent-Type: application/json\r\n"
                            + "Content-Length: "
                            + Http.HELLO_STREAM.length()
                            + "\r\n\r\n"
                            + Http.HELLO_STREAM);
            String all = raw.readAll();
            assertThat(all).endsWith("data: [DONE]\n\n").doesNotContainIgnoringCase("chunked");
        }
    }

    @Test
    void severalRequestsOnOneConnectionAreAnsweredInTheirOrder() throws IOException {
        try (var raw = new Raw(server)) {
            for (String word : Arrays.asList("one", "two", "three")) {
                raw.post("/echo/chat/completions", Http.HELLO.replace("hello", word));
            }
            for (String word : Arrays.asList("one", "two", "three")) {
                assertThat(raw.readAnswer()).contains("echo: " + word);
            }
        }
    }
}
