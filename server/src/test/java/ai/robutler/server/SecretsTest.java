package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Caller;
import ai.robutler.core.Hook;
import ai.robutler.core.HookEvent;
import ai.robutler.core.RunContext;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Credentials stay where they are: in no log, no metric, no answer, no skill. */
class SecretsTest {
    private static final String SECRET = "marker-7f3a9c";
    private static final List<String> HEADERS =
            List.of(
                    "Authorization",
                    "Proxy-Authorization",
                    "X-API-Key",
                    "X-Owner-Assertion",
                    "X-Payment-Token",
                    "PAYMENT-SIGNATURE",
                    "X-Provider-Key",
                    "Cookie");

    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final Logger root = (Logger) LoggerFactory.getLogger("ROOT");
    private final Logger requests = (Logger) LoggerFactory.getLogger("ai.robutler.server.requests");
    private final AppenderBase<ILoggingEvent> appender =
            new AppenderBase<>() {
                @Override
                protected void append(ILoggingEvent event) {
                    logged.add(
                            event.getFormattedMessage()
                                    + (event.getThrowableProxy() == null
                                            ? ""
                                            : ThrowableProxyUtil.asString(
                                                    event.getThrowableProxy())));
                }
            };
    private Level before = Level.OFF;
    private Level requestsBefore = Level.OFF;
    private boolean additiveBefore;

    /** Asks for what is not its business. */
    public final class Curious {
        @Hook(HookEvent.ON_CONNECTION)
        public void look() {
            for (String header : HEADERS) {
                RunContext.current().header(header).ifPresent(seen::add);
            }
        }
    }

    @BeforeEach
    void listen() {
        before = root.getLevel();
        requestsBefore = requests.getLevel();
        appender.start();
        root.addAppender(appender);
        root.setLevel(Level.DEBUG);
        requests.setLevel(Level.INFO);
        additiveBefore = requests.isAdditive();
        requests.setAdditive(true);
    }

    @AfterEach
    void stopListening() {
        root.setLevel(before);
        requests.setLevel(requestsBefore);
        requests.setAdditive(additiveBefore);
        root.detachAppender(appender);
    }

    @Test
    void theyAreNowhere() {
        try (var server =
                        RobutlerServer.builder()
                                .agent(
                                        Agent.builder("echo")
                                                .model("test/scripted", new Scripted.Echo())
                                                .skill(new Curious())
                                                .build())
                                .agent(
                                        Scripted.agent(
                                                "bug",
                                                new Scripted.Failing(new IllegalStateException())))
                                .authenticator(SecretsTest::authenticate)
                                .port(0)
                                .build()
                                .start();
                var http = Http.of(server)) {
            var answers = new ArrayList<String>();
            for (String header : HEADERS) {
                for (String path : List.of("/echo", "/bug", "/nobody")) {
                    String value = header.equals("Cookie") ? "a=" + SECRET : SECRET;
                    var chat = http.posting(path + "/chat/completions", Http.HELLO);
                    chat.header(header, value).header("Idempotency-Key", "k");
                    answers.add(http.send(chat).response().headers() + http.send(chat).body());
                    var info = http.request(path).header(header, value);
                    answers.add(http.send(info).response().headers() + http.send(info).body());
                }
            }
            answers.add(http.get("/metrics").body());
            answers.add(http.get("/health/detailed").body());
            assertThat(answers).noneMatch(answer -> answer.contains(SECRET));
        }
        assertThat(logged).anyMatch(line -> line.startsWith("POST /bug/chat/completions 500"));
        assertThat(logged).anyMatch(line -> line.contains("IllegalStateException"));
        assertThat(logged).noneMatch(line -> line.contains(SECRET));
        assertThat(seen).isEmpty();
    }

    private static Caller authenticate(RequestHead head) {
        if (head.header("X-API-Key").isPresent()) {
            throw new AuthenticationException("invalid_api_key", "This key is not known.");
        }
        return Caller.anonymous();
    }
}
