package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Json;

import org.junit.jupiter.api.Test;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

class ConcurrencyTest {
    private static final int CONVERSATIONS = 100;

    @Test
    void aHundredConversationsNeverMix() {
        try (var server =
                        RobutlerServer.builder()
                                .agent(Scripted.agent("echo", new Scripted.Echo()))
                                .port(0)
                                .build()
                                .start();
                var http = Http.of(server)) {
            for (int round = 0; round < 5; round++) {
                var pending = new ArrayList<CompletableFuture<HttpResponse<String>>>();
                for (int i = 0; i < CONVERSATIONS; i++) {
                    String request = i % 2 == 0 ? Http.HELLO : Http.HELLO_STREAM;
                    pending.add(
                            http.client()
                                    .sendAsync(
                                            http.posting(
                                                            "/echo/chat/completions",
                                                            request.replace("hello", text(i)))
                                                    .header("X-Request-ID", "r" + i)
                                                    .build(),
                                            HttpResponse.BodyHandlers.ofString()));
                }
                for (int i = 0; i < CONVERSATIONS; i++) {
                    var answer = pending.get(i).join();
                    assertThat(answer.headers().firstValue("X-Request-ID")).contains("r" + i);
                    String said = i % 2 == 0 ? whole(answer.body()) : joined(answer.body());
                    assertThat(said).isEqualTo("echo: " + text(i));
                }
            }
        }
    }

    private static String text(int i) {
        return ("conversation " + i + " ").repeat(i + 1).strip();
    }

    private static String whole(String body) {
        return Json.parse(body).at("/choices/0/message/content").asString();
    }

    private static String joined(String body) {
        List<String> events = List.of(body.split("\n\n"));
        assertThat(events.getLast()).isEqualTo("data: [DONE]");
        var text = new StringBuilder();
        for (String event : events.subList(0, events.size() - 1)) {
            var chunk = Json.parse(event.substring("data: ".length()));
            text.append(chunk.at("/choices/0/delta/content").asString(""));
        }
        return text.toString();
    }
}
