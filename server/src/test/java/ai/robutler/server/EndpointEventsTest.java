package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.robutler.core.Agent;
import ai.robutler.core.Caller;
import ai.robutler.core.EndpointReply;
import ai.robutler.core.HttpEndpoint;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.RunContext;
import ai.robutler.core.Scope;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Endpoints that answer in events, and endpoints that every agent has. */
class EndpointEventsTest {
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch news = new CountDownLatch(1);
    private final RobutlerServer server =
            RobutlerServer.builder()
                    .agent(Scripted.agent("echo", new Scripted.Echo()))
                    .agent(
                            Agent.builder("own")
                                    .model("test/echo", new Scripted.Echo())
                                    .skill(new Own())
                                    .scope(new Scope("user"))
                                    .build())
                    .authenticator(
                            head ->
                                    head.header("X-API-Key")
                                            .map(Caller::user)
                                            .orElse(Caller.anonymous()))
                    .mountAgents(new OfEvery())
                    .port(0)
                    .build()
                    .start();
    private final Http http = Http.of(server);

    /** Of every agent. */
    public final class OfEvery {
        @HttpEndpoint(path = "/name")
        public String name() {
            return RunContext.current().agent().name();
        }

        @HttpEndpoint(path = "/count", method = "POST")
        public EndpointReply count(int to) {
            return EndpointReply.events(
                            sink -> {
                                for (int i = 1; i <= to; i++) {
                                    sink.event("number", Integer.toString(i), "n\n" + i);
                                }
                                sink.data(RunContext.current().agent().name());
                            })
                    .withHeaders(Map.of("X-Count", Integer.toString(to)));
        }

        @HttpEndpoint(path = "/refuse")
        public EndpointReply refuse() {
            return EndpointReply.events(
                    _ -> {
                        throw InvalidRequestException.of("param", "Not like this.");
                    });
        }

        @HttpEndpoint(path = "/break-off")
        public EndpointReply breakOff() {
            return EndpointReply.events(
                    sink -> {
                        sink.data("one");
                        throw new IllegalStateException("broken");
                    });
        }

        @HttpEndpoint(path = "/wait")
        public EndpointReply waitForNews() {
            return EndpointReply.events(
                    sink -> {
                        sink.begin();
                        news.await();
                        sink.data("news");
                    });
        }

        @HttpEndpoint(path = "/hang")
        public EndpointReply hang() {
            return EndpointReply.events(
                    sink -> {
                        sink.data("begun");
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            interrupted.countDown();
                            throw e;
                        }
                    });
        }
    }

    /** Has a name of its own. */
    public static final class Own {
        @HttpEndpoint(path = "/name")
        public String name() {
            return "my own";
        }
    }

    @AfterEach
    void close() {
        http.close();
        server.close();
    }

    @Test
    void eachAgentHasThemInItsOwnContext() {
        assertThat(http.get("/echo/name").body()).isEqualTo("echo");
        assertThat(http.get("/nobody/name").status()).isEqualTo(404);
        assertThat(http.method("DELETE", "/echo/name").header("Allow"))
                .isEqualTo("GET, HEAD, OPTIONS");
    }

    @Test
    void anAgentsOwnComesFirstAndItsScopeHolds() {
        assertThat(http.get("/own/name").status()).isEqualTo(401);
        assertThat(http.send(http.request("/own/name").header("X-API-Key", "alice").GET()).body())
                .isEqualTo("my own");
    }

    @Test
    void eventsAreWrittenInTheAgentsContext() {
        Http.Answer answer = http.post("/echo/count", "{\"to\": 2}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("text/event-stream; charset=utf-8");
        assertThat(answer.header("X-Count")).isEqualTo("2");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(answer.body())
                .isEqualTo(
"""
event: number
id: 1
data: n
data: 1

event: number
id: 2
data: n
data: 2

data: echo

""");
    }

    @Test
    void aFailureBeforeTheFirstEventIsAnOrdinaryError() {
        Http.Answer answer = http.get("/echo/refuse");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("/error/message")).isEqualTo("Not like this.");
    }

    @Test
    void aLaterFailureCutsTheConnection() throws Exception {
        try (Raw raw = new Raw(server)) {
            raw.send("GET /echo/break-off HTTP/1.1\r\nHost: localhost\r\n\r\n");
            String all = raw.readAll();

            assertThat(all)
                    .contains("data: one")
                    .doesNotContain("broken")
                    .doesNotContain("\r\n0\r\n");
        }
    }

    @Test
    void aClientMayBeAnsweredBeforeThereIsAnyEvent() throws Exception {
        try (Raw raw = new Raw(server)) {
            raw.send("GET /echo/wait HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(raw.readUntil(":\n\n")).startsWith("HTTP/1.1 200").doesNotContain("news");
            news.countDown();
            raw.readUntil("data: news");
        }
    }

    @Test
    void aClientThatLeavesInterruptsTheWriter() throws Exception {
        try (Raw raw = new Raw(server)) {
            raw.send("GET /echo/hang HTTP/1.1\r\nHost: localhost\r\n\r\n");
            raw.readUntil("begun");
        }

        assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatHasNoEndpointIsNotMounted() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RobutlerServer.builder().mountAgents(new Object()));
    }
}
