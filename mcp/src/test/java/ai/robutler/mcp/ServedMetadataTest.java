package ai.robutler.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.robutler.mcp.ServedCaller.Answer;
import ai.robutler.server.RobutlerServer;
import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** What a client learns that nobody knows, where somebody must. */
class ServedMetadataTest {

    @Test
    void itLearnsWhoGivesTokens() throws Exception {
        try (var database = TestDatabase.create(Database.Kind.SQLITE);
                var stack = new ServedStack(database.database())) {
            var url = new AtomicReference<>("");
            var metadata =
                    new McpApiMetadata(List.of("https://login.example.com"), "/ai", "", url::get);
            RobutlerServer server =
                    stack.serve(
                            McpApiSettings.standard(),
                            builder ->
                                    builder.callersRequired(true)
                                            .urlPrefix("/ai")
                                            .mountOpen(metadata.path(), metadata)
                                            .challenge(
                                                    (head, base) ->
                                                            metadata.challenge(head.path(), base)),
                            stack.agent("suite", a -> a.skill("s", new ServedSuiteSkill())));
            url.set(server.url());
            ServedCaller anybody = ServedCaller.to(server.url() + "/ai/suite/mcp");
            for (Answer answer :
                    List.of(
                            anybody.call("initialize", "{'protocolVersion': '2025-11-25'}"),
                            anybody.modern("server/discover", "{}"),
                            anybody.withKey("rk_a_b").modern("server/discover", "{}"),
                            anybody.send("GET", ""),
                            anybody.send("DELETE", ""))) {
                assertThat(answer.status()).isEqualTo(401);
                assertThat(answer.header("WWW-Authenticate").orElseThrow())
                        .startsWith("Bearer ")
                        .endsWith(
                                ", resource_metadata=\""
                                        + server.url()
                                        + "/.well-known/oauth-protected-resource/ai/suite/mcp\"");
            }
            var there =
                    ServedCaller.to(
                            server.url() + "/.well-known/oauth-protected-resource/ai/suite/mcp");
            Answer told = there.send("GET", "");
            assertThat(told.status()).isEqualTo(200);
            assertThat(told.last().path("resource").asString()).isEqualTo(anybody.url());
            assertThat(told.last().path("authorization_servers").path(0).asString())
                    .isEqualTo("https://login.example.com");
            assertThat(anybody.withKey(stack.key("ulla")).modern("server/discover", "{}").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aPageWithAnotherNameForThisMachineIsRefused() throws Exception {
        try (var database = TestDatabase.create(Database.Kind.SQLITE);
                var stack = new ServedStack(database.database())) {
            RobutlerServer server =
                    stack.serve(
                            ServedStack.settings("{'hosts': ['agents.example.com']}"),
                            _ -> {},
                            stack.agent("suite", a -> a.skill("s", new ServedSuiteSkill())));
            String key = stack.key("ulla");
            assertThat(status(server, "evil.example.com", "")).isEqualTo(403);
            assertThat(status(server, "evil.example.com:" + server.port(), "")).isEqualTo(403);
            assertThat(status(server, "localhost.evil.example.com", "")).isEqualTo(403);
            assertThat(status(server, "127.0.0.1.evil.example.com", "")).isEqualTo(403);
            assertThat(status(server, "localhost:" + server.port(), "")).isEqualTo(200);
            assertThat(status(server, "[::1]", "")).isEqualTo(200);
            assertThat(status(server, "Agents.Example.com", "")).isEqualTo(200);
            assertThat(status(server, "evil.example.com", key)).isEqualTo(200);
        }
    }

    /** Java's client does not let a host be chosen. */
    private static int status(RobutlerServer server, String host, String key) throws Exception {
        String body =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}";
        String head =
                "POST /suite/mcp HTTP/1.1\r\nHost: "
                        + host
                        + "\r\nAccept: */*\r\nContent-Type: application/json\r\nConnection: close\r\n"
                        + (key.isEmpty() ? "" : "Authorization: Bearer " + key + "\r\n")
                        + "Content-Length: "
                        + body.length()
                        + "\r\n\r\n";
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((head + body).getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            return Integer.parseInt(answer.split(" ")[1]);
        }
    }
}
