package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

class StopTest {
    private final Scripted.Stuck stuck = new Scripted.Stuck(1);

    private RobutlerServer start(Duration drain) {
        return RobutlerServer.builder()
                .agent(Scripted.agent("stuck", stuck))
                .agent(Scripted.agent("echo", new Scripted.Echo()))
                .port(0)
                .drainTimeout(drain)
                .build()
                .start();
    }

    private static boolean isRefused(RobutlerServer server) {
        try (var _ = new Raw(server)) {
            return false;
        } catch (SocketException e) {
            // Refused, or reset out of the queue of those who were not accepted any more.
            return true;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRunningStreamFinishesWhileNobodyNewIsLetIn() throws Exception {
        var server = start(Duration.ofSeconds(10));
        try (var raw = new Raw(server);
                var idle = new Raw(server)) {
            idle.send("GET /health HTTP/1.1\r\nHost: test\r\n\r\n").readAnswer();
            raw.post("/stuck/chat/completions", Http.HELLO_STREAM).readUntil("piece 0");
            Thread closing = Thread.ofVirtual().start(server::close);
            Await.until("new connections are refused", () -> isRefused(server));
            assertThat(idle.readAll()).isEmpty();
            assertThat(closing.isAlive()).isTrue();
            stuck.release.countDown();
            assertThat(raw.readAll()).contains("released").contains("data: [DONE]");
            assertThat(closing.join(Duration.ofSeconds(5))).isTrue();
        }
    }

    @Test
    void aRunningHttp2StreamFinishesToo() throws Exception {
        var server = start(Duration.ofSeconds(10));
        try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            var health = HttpRequest.newBuilder(URI.create(server.url() + "/health")).build();
            client.send(health, HttpResponse.BodyHandlers.ofString());
            var pending =
                    client.sendAsync(
                            HttpRequest.newBuilder(
                                            URI.create(server.url() + "/stuck/chat/completions"))
                                    .POST(HttpRequest.BodyPublishers.ofString(Http.HELLO_STREAM))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            Await.latch("the model hangs", stuck.begun, Duration.ofSeconds(10));
            Thread closing = Thread.ofVirtual().start(server::close);
            Await.until("new connections are refused", () -> isRefused(server));
            stuck.release.countDown();
            var answer = pending.get(10, TimeUnit.SECONDS);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body()).contains("released").endsWith("data: [DONE]\n\n");
            assertThat(closing.join(Duration.ofSeconds(5))).isTrue();
        }
    }

    @Test
    void aRunThatDoesNotEndIsCutOff() throws IOException {
        var server = start(Duration.ofMillis(300));
        try (var raw = new Raw(server)) {
            raw.post("/stuck/chat/completions", Http.HELLO_STREAM).readUntil("piece 0");
            long begun = System.nanoTime();
            server.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofMillis(300), Duration.ofSeconds(4));
            assertThat(stuck.interrupted.getCount()).isZero();
            assertThat(raw.readAll()).doesNotContain("[DONE]");
        }
    }

    @Test
    void stoppingWithoutRequestsIsQuick() {
        var server = start(Duration.ofSeconds(30));
        try (var http = Http.of(server)) {
            assertThat(http.get("/health").status()).isEqualTo(200);
        }
        long begun = System.nanoTime();
        server.close();
        server.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void aServerStartsOnce() {
        var server = start(Duration.ofSeconds(1));
        assertThatIllegalStateException().isThrownBy(server::start);
        server.close();
        assertThatIllegalStateException().isThrownBy(server::start);
    }

    @Test
    void aServerThatWasNeverStartedCanBeClosed() {
        RobutlerServer.builder().port(0).build().close();
    }

    @Test
    void aTakenPortIsNamed() {
        try (var first = start(Duration.ofSeconds(1))) {
            var second = RobutlerServer.builder().port(first.port()).build();
            assertThatThrownBy(second::start)
                    .isInstanceOf(PortTakenException.class)
                    .hasMessage(
                            "port "
                                    + first.port()
                                    + " on 127.0.0.1 is taken; choose another with --port");
        }
    }

    @Test
    void anAddressOfAnotherMachineIsNamed() {
        var server = RobutlerServer.builder().host("203.0.113.7").port(0).build();
        assertThatThrownBy(server::start)
                .isNotInstanceOf(PortTakenException.class)
                .hasMessageContaining("203.0.113.7");
    }

    @Test
    void aPortIsFreeAfterTheStop() {
        var first = start(Duration.ofSeconds(1));
        first.close();
        try (var second = RobutlerServer.builder().port(first.port()).build().start()) {
            assertThat(second.port()).isEqualTo(first.port());
        }
    }
}
