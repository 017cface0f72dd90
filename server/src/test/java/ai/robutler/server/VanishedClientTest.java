package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.Caller;
import ai.robutler.core.Hook;
import ai.robutler.core.HookEvent;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** When the client goes away, the model's call is cancelled within a second. */
class VanishedClientTest {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Scripted.Stuck silent = new Scripted.Stuck(0);
    private final Scripted.Stuck talking = new Scripted.Stuck(2);
    private final Scripted.Stuck careful = new Scripted.Stuck(0);
    private final CleanUp cleanUp = new CleanUp();
    private final CountDownLatch authenticating = new CountDownLatch(1);
    private final CountDownLatch authenticationCut = new CountDownLatch(1);
    private final RobutlerServer server =
            RobutlerServer.builder()
                    .agent(Scripted.agent("silent", silent))
                    .agent(Scripted.agent("talking", talking))
                    .agent(Scripted.agent("echo", new Scripted.Echo()))
                    .agent(
                            Agent.builder("careful")
                                    .model("test/scripted", careful)
                                    .skill(cleanUp)
                                    .build())
                    .authenticator(this::authenticate)
                    .port(0)
                    .build()
                    .start();

    /** A skill that has something to finish, such as a payment. */
    public static final class CleanUp {
        private final CompletableFuture<Boolean> disturbed = new CompletableFuture<>();

        @Hook(HookEvent.FINALIZE_CONNECTION)
        public void finish() {
            try {
                disturbed.complete(new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                disturbed.complete(true);
            }
        }
    }

    private Caller authenticate(RequestHead head) {
        if (head.header("X-Slow").isPresent()) {
            authenticating.countDown();
            try {
                new CountDownLatch(1).await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                authenticationCut.countDown();
                throw new IllegalStateException(e);
            }
        }
        return Caller.anonymous();
    }

    @AfterEach
    void stop() {
        silent.release.countDown();
        talking.release.countDown();
        careful.release.countDown();
        server.close();
    }

    @Test
    void inAStreamAfterTheFirstPieces() throws IOException {
        try (var raw = new Raw(server)) {
            raw.post("/talking/chat/completions", Http.HELLO_STREAM).readUntil("piece 1");
            Await.latch("the model hangs", talking.begun, Duration.ofSeconds(10));
        }
        Await.latch("the model is interrupted", talking.interrupted, SOON);
    }

    @Test
    void inAStreamBeforeTheFirstByte() throws IOException {
        try (var raw = new Raw(server)) {
            raw.post("/silent/chat/completions", Http.HELLO_STREAM);
            Await.latch("the model hangs", silent.begun, Duration.ofSeconds(10));
        }
        Await.latch("the model is interrupted", silent.interrupted, SOON);
    }

    @Test
    void inACallThatDoesNotStream() throws IOException {
        leaveASilentCall();
    }

    private void leaveASilentCall() throws IOException {
        try (var raw = new Raw(server)) {
            raw.post("/silent/chat/completions", Http.HELLO);
            Await.latch("the model hangs", silent.begun, Duration.ofSeconds(10));
        }
        Await.latch("the model is interrupted", silent.interrupted, SOON);
    }

    @Test
    void withoutDisturbingWhatCleansUp() throws Exception {
        try (var raw = new Raw(server)) {
            raw.post("/careful/chat/completions", Http.HELLO_STREAM);
            Await.latch("the model hangs", careful.begun, Duration.ofSeconds(10));
            raw.reset();
        }
        Await.latch("the model is interrupted", careful.interrupted, SOON);
        assertThat(cleanUp.disturbed.get(5, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void whileTheRequestWaitsBeforeTheRun() throws IOException {
        try (var raw = new Raw(server)) {
            raw.send("GET /agents HTTP/1.1\r\nHost: test\r\nX-Slow: yes\r\n\r\n");
            Await.latch("the authenticator hangs", authenticating, Duration.ofSeconds(10));
        }
        Await.latch("the authenticator is interrupted", authenticationCut, SOON);
    }

    @Test
    void withAnotherRequestWaitingOnTheSameConnection() throws IOException {
        try (var raw = new Raw(server)) {
            raw.post("/silent/chat/completions", Http.HELLO);
            Await.latch("the model hangs", silent.begun, Duration.ofSeconds(10));
            raw.post("/echo/chat/completions", Http.HELLO);
        }
        Await.latch("the model is interrupted", silent.interrupted, SOON);
    }

    @Test
    void inOneStreamOfAnHttp2Connection() throws Exception {
        try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            // The first request upgrades the connection that the others share.
            assertThat(send(client, "/health").version()).isEqualTo(HttpClient.Version.HTTP_2);
            var pending =
                    client.sendAsync(
                            request("/silent/chat/completions")
                                    .POST(HttpRequest.BodyPublishers.ofString(Http.HELLO_STREAM))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            Await.latch("the model hangs", silent.begun, Duration.ofSeconds(10));
            pending.cancel(true);
            Await.latch("the model is interrupted", silent.interrupted, SOON);
            assertThat(send(client, "/health").statusCode()).isEqualTo(200);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path))
                .timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<String> send(HttpClient client, String path) throws Exception {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void leavesTheNextRequestsOfOthersAlone() throws IOException {
        leaveASilentCall();
        try (var http = Http.of(server)) {
            for (int i = 0; i < 50; i++) {
                var answer = http.post("/echo/chat/completions", Http.HELLO);
                assertThat(answer.status()).isEqualTo(200);
            }
        }
    }
}
