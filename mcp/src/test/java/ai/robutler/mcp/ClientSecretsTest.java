package ai.robutler.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Caller;
import ai.robutler.core.Invocation;
import ai.robutler.core.ReplyHeaders;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What is secret stands in no log line, however fine, in no error, result or report. */
class ClientSecretsTest {
    @TempDir private Path folder;
    private final ConcurrentLinkedQueue<String> said = new ConcurrentLinkedQueue<>();
    private final Logger ours = (Logger) LoggerFactory.getLogger("ai.robutler");
    private final AppenderBase<ILoggingEvent> appender =
            new AppenderBase<>() {
                @Override
                protected void append(ILoggingEvent event) {
                    said.add(event.getFormattedMessage());
                    if (event.getThrowableProxy() != null) {
                        said.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
                    }
                }
            };

    @BeforeEach
    void listen() {
        appender.setContext(ours.getLoggerContext());
        appender.start();
        ours.addAppender(appender);
        ours.setLevel(Level.TRACE);
    }

    @AfterEach
    void leave() {
        ours.detachAppender(appender);
        ours.setLevel(null);
    }

    private void told(ClientStack stack) {
        stack.servers.health().forEach(health -> said.add(health.toString()));
        stack.provider.requests().forEach(request -> said.add(request.text()));
    }

    /** The wanted words prove that somebody listened. */
    private void assertKept(String secret, String wanted) {
        assertThat(said).as("the log is heard").anyMatch(line -> line.contains(wanted));
        assertThat(said).noneMatch(line -> line.contains(secret));
    }

    @Test
    void theEnvironmentOfAProcess() {
        String more = "\"env\":{\"SECRET\":\"tell-nobody\"}";
        try (var stack = new ClientStack(ClientStack.script("plain", folder, more))) {
            stack.awaitTool("s_die");
            said.add(stack.call("s_die"));
            ClientStack.until(() -> said.stream().anyMatch(line -> line.contains("is away")));
            told(stack);
        }
        assertKept("tell-nobody", "the secret is …");
    }

    @Test
    void headersAndClientSecretsThatAreNotTaken() {
        try (var server = new ClientHttpScript(false)) {
            server.token = "another";
            String more =
                    ",\"headers\":{\"X-Key\":\"tell-nobody-1\"},\"auth\":{\"client-id\":\"us\","
                            + "\"client-secret\":\"tell-nobody-2\"}";
            try (var stack =
                    new ClientStack(
                            "{\"servers\":{\"s\":{\"url\":\""
                                    + server.url()
                                    + "?key=tell-nobody-3\""
                                    + more
                                    + "}}}")) {
                ClientStack.until(() -> said.stream().anyMatch(line -> line.contains("is away")));
                told(stack);
            }
        }
        assertKept("tell-nobody", "is away");
    }

    @Test
    void tokensOfUsersAndOurOwn() {
        try (var server = new ClientHttpScript(false)) {
            server.token = "none-yet";
            String auth = ",\"auth\":{\"client-id\":\"us\",\"client-secret\":\"s3cret\"}";
            try (var stack = new ClientStack(url(server, auth))) {
                stack.awaitTool("s_who");
                server.token = "no-more";
                said.add(stack.call("s_nothing"));
                told(stack);
            }
        }
        assertKept("s3cret", "MCP server s is there");
        assertThat(said).noneMatch(line -> line.contains("token-1"));
        try (var server = new ClientHttpScript(false)) {
            try (var stack = new ClientStack(url(server, ",\"user-token\":\"X-Their-Token\""))) {
                // Its answer has the token, because this server says it: it is not looked at here.
                assertThat(stack.call(of("tell-nobody"))).contains("tell-nobody");
                server.token = "another";
                said.add(stack.call(of("tell-nobody")));
                stack.servers.health().forEach(health -> said.add(health.toString()));
            }
        }
        assertKept("tell-nobody", "the server does not take the user's token");
    }

    private static String url(ClientHttpScript server, String more) {
        return "{\"servers\":{\"s\":{\"url\":\"" + server.url() + "\"" + more + "}}}";
    }

    private static Invocation of(String token) {
        return ClientStack.invocation("s_who")
                .withCaller(Caller.user("bob"))
                .withHeaders(
                        name -> name.equalsIgnoreCase("X-Their-Token") ? List.of(token) : List.of(),
                        new ReplyHeaders());
    }
}
