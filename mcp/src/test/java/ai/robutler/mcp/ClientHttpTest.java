package ai.robutler.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Caller;
import ai.robutler.core.CancelledException;
import ai.robutler.core.Invocation;
import ai.robutler.core.ReplyHeaders;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Servers over HTTP, of both kinds. */
class ClientHttpTest {
    private static String settings(ClientHttpScript server, String more) {
        return "{\"servers\":{\"s\":{\"url\":\"" + server.url() + "\"" + more + "}}}";
    }

    @Test
    void aForgottenSessionIsBegunAnew() {
        try (var server = new ClientHttpScript(false);
                var stack = new ClientStack(settings(server, ""))) {
            stack.awaitTool("s_who");
            server.sessions.clear();
            assertThat(stack.call("s_who")).isEqualTo("RESULT you are null");
            assertThat(server.handshakes).hasValue(2);
            assertThat(server.wrong).isEmpty();
        }
    }

    @Test
    void aServerWithoutSessionsIsToldAllInEachRequest() {
        try (var server = new ClientHttpScript(true);
                var stack = new ClientStack(settings(server, ""))) {
            stack.awaitTool("s_who");
            assertThat(stack.tools()).doesNotContain("s_bad");
            assertThat(stack.call("s_who {\"region\":\"\u00fcber\"}"))
                    .isEqualTo("RESULT you are null");
            assertThat(server.wrong).isEmpty();
            assertThat(server.handshakes).hasValue(0);
        }
    }

    @Test
    void whatNobodyWaitsForIsCancelled() throws Exception {
        try (var server = new ClientHttpScript(false);
                var stack = new ClientStack(settings(server, ""))) {
            stack.awaitTool("s_who");
            server.hanging = true;
            var ended = new ConcurrentLinkedQueue<Throwable>();
            Thread run =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            stack.call("s_who");
                                        } catch (CancelledException e) {
                                            ended.add(e);
                                        }
                                    });
            assertThat(server.hung.await(30, TimeUnit.SECONDS)).isTrue();
            run.interrupt();
            run.join();
            assertThat(ended).hasSize(1);
            assertThat(server.over.await(30, TimeUnit.SECONDS)).isTrue();
            ClientStack.until(() -> !server.cancelled.isEmpty());
        }
    }

    @Test
    void aStreamThatNobodyReadsIsCutAndTheServerIsTold() throws Exception {
        try (var server = new ClientHttpScript(false);
                var stack = new ClientStack(settings(server, ",\"timeout\":\"300ms\""))) {
            stack.awaitTool("s_who");
            server.hanging = true;
            assertThat(stack.call("s_who")).startsWith("RESULT Error: ");
            assertThat(server.over.await(30, TimeUnit.SECONDS)).isTrue();
            ClientStack.until(() -> !server.cancelled.isEmpty());
        }
    }

    @Test
    void itsOwnTokenIsHadByClientCredentials() {
        try (var server = new ClientHttpScript(false)) {
            server.token = "none-yet";
            String auth = ",\"auth\":{\"client-id\":\"us\",\"client-secret\":\"s3cret\"}";
            try (var stack = new ClientStack(settings(server, auth))) {
                stack.awaitTool("s_who");
                assertThat(stack.call("s_who")).isEqualTo("RESULT you are token-1");
                assertThat(server.tokens).as("kept").hasValue(1);
                server.token = "revoked";
                assertThat(stack.call("s_who")).isEqualTo("RESULT you are token-2");
            }
        }
    }

    @Test
    void noWordOfAUserReachesAnother() throws Exception {
        try (var server = new ClientHttpScript(false);
                var stack =
                        new ClientStack(
                                settings(
                                        server,
                                        ",\"user-token\":\"X-Their-Token\",\"concurrency\":50"))) {
            assertThat(stack.tools()).as("a list for nobody").isEmpty();
            var wrong = new ConcurrentLinkedQueue<String>();
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 50; i++) {
                String user = "user" + i;
                threads.add(
                        Thread.ofVirtual()
                                .start(
                                        () -> {
                                            for (int round = 0; round < 3; round++) {
                                                String got = stack.call(of(user));
                                                if (!got.equals("RESULT you are token" + user)) {
                                                    wrong.add(user + ": " + got);
                                                }
                                            }
                                        }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(wrong).isEmpty();
            assertThat(server.handshakes).as("a session each").hasValue(50);
            for (var request : stack.provider.requests()) {
                List<String> own =
                        request.json().path("tools").findValuesAsString("name").stream()
                                .filter(name -> name.startsWith("s_only_"))
                                .toList();
                assertThat(own).as("the tools of one user alone").hasSize(1);
                assertThat(request.text()).doesNotContain("X-Their-Token");
            }
            assertThat(stack.call(ClientStack.invocation("s_who")))
                    .as("who brings no token")
                    .contains("there is no tool 's_who'");
        }
    }

    private static Invocation of(String user) {
        return ClientStack.invocation("s_who")
                .withCaller(Caller.user(user))
                .withHeaders(
                        name ->
                                name.equalsIgnoreCase("X-Their-Token")
                                        ? List.of("token" + user)
                                        : List.of(),
                        new ReplyHeaders());
    }

    @Test
    void anInternalAddressIsRefusedUnlessItIsAllowed() {
        try (var stack =
                new ClientStack("{\"servers\":{\"s\":{\"url\":\"http://10.0.0.1:8080/mcp\"}}}")) {
            ClientStack.until(
                    () ->
                            stack.servers
                                    .health()
                                    .getFirst()
                                    .words()
                                    .contains("outbound.allow in the configuration opens more"));
        }
    }
}
