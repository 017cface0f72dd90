package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RobutlerServerTest {
    private final RobutlerServer server =
            RobutlerServer.builder()
                    .agent(Scripted.agent("echo", new Scripted.Echo()))
                    .port(0)
                    .build()
                    .start();
    private final Http http = Http.of(server);

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    @Test
    void isHealthy() {
        var health = http.get("/health");
        assertThat(health.status()).isEqualTo(200);
        assertThat(health.at("/status")).isEqualTo("healthy");
        assertThat(health.json().at("/agents_count").asInt()).isEqualTo(1);
        assertThat(health.json().at("/dynamic_agents_enabled").asBoolean(true)).isFalse();
    }

    @Test
    void answersAConversation() {
        var answer = http.post("/echo/chat/completions", Http.HELLO);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.at("/choices/0/message/content")).isEqualTo("echo: hello");
        assertThat(answer.at("/model")).isEqualTo("echo");
    }

    @Test
    void streamsAConversation() {
        var answer = http.post("/echo/chat/completions", Http.HELLO_STREAM);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("text/event-stream; charset=utf-8");
        assertThat(answer.body()).contains("hello").endsWith("data: [DONE]\n\n");
    }
}
