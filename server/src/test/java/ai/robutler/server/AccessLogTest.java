package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

class AccessLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger("ai.robutler.server.requests");
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender =
            new AppenderBase<>() {
                @Override
                protected void append(ILoggingEvent event) {
                    lines.add(event.getFormattedMessage());
                }
            };

    @BeforeEach
    void listen() {
        appender.start();
        logger.addAppender(appender);
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void stopListening() {
        logger.setLevel(Level.OFF);
        logger.detachAppender(appender);
    }

    @Test
    void oneLineForEachRequest() {
        try (var server =
                        RobutlerServer.builder()
                                .agent(Scripted.agent("echo", new Scripted.Echo()))
                                .port(0)
                                .build()
                                .start();
                var http = Http.of(server)) {
            http.send(
                    http.posting("/echo/chat/completions", Http.HELLO)
                            .header("X-Request-ID", "log-1"));
            http.send(http.request("/a%0Ab").header("X-Request-ID", "log-2").GET());
        }
        assertThat(lines)
                .anySatisfy(
                        line ->
                                assertThat(line)
                                        .matches(
                                                "POST /echo/chat/completions 200 \\d+ ms request=log-1"
                                                        + " route=/\\{agent}/chat/completions"
                                                        + " agent=echo"));
        assertThat(lines).filteredOn(line -> line.contains("log-1")).hasSize(1);
        assertThat(lines).noneMatch(line -> line.contains("\n"));
    }

    @Test
    void whatStrangersWroteIsEscaped() {
        assertThat(AccessLog.safe("a\nb\u001b[31mc\u2028d e\\n"))
                .isEqualTo("a\\u000ab\\u001b[31mc\\u2028d\\u0020e\\u005cn");
        assertThat(AccessLog.safe("x".repeat(300))).hasSize(203);
    }
}
