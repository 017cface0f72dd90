package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Json;
import ai.robutler.store.Database;
import ai.robutler.store.EachDatabase;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.node.ObjectNode;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;

/** What is kept of a user, by commands and for the user, with a real server. */
@EachDatabase
class UserCommandsTest {
    @TempDir private Path folder;

    private Shell shell(TestDatabase test) {
        Shell shell = Shell.on(folder.resolve(".robutler"));
        return test.kind() == Database.Kind.SQLITE ? shell : shell.database(url(test));
    }

    private static String url(TestDatabase postgres) {
        return postgres.options().url() + "?user=" + postgres.options().user();
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request)
            throws Exception {
        return client.send(
                request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder to(String url, String key) {
        return HttpRequest.newBuilder(URI.create(url)).header("X-API-Key", key);
    }

    private static void say(HttpClient client, String url, String key, String text)
            throws Exception {
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}".formatted(text);
        var answer =
                send(
                        client,
                        to(url + "/notes/chat/completions", key)
                                .header("Content-Type", "application/json")
                                .header("X-Session-ID", "s1")
                                .header("Idempotency-Key", "one")
                                .POST(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void aUsersDataAreCopiedAndDeleted(TestDatabase test) throws Exception {
        new AgentFiles(folder)
                .write(
                        "agents/notes.md",
                        "---\nskills: { session: {}, memory: {} }\n---\nYou note.");
        Shell shell = shell(test);
        String alice = shell.run("key", "create", "--user", "alice", "--name", "laptop").line();
        String bob = shell.run("key", "create", "--user", "bob").line();
        assertThat(shell.run("account", "credit", "alice", "5").exitCode()).isZero();
        String token = shell.run("token", "issue", "alice", "--limit", "2").line();
        String[] serve =
                test.kind() == Database.Kind.SQLITE
                        ? new String[] {"serve", "agents", "--port", "0"}
                        : new String[] {"serve", "agents", "--port", "0", "--database", url(test)};
        try (Program program = Program.start(folder, Map.of(), serve);
                HttpClient client = HttpClient.newHttpClient()) {
            String url = program.url();
            say(client, url, alice, "Hello from alice.");
            say(client, url, bob, "Hello from bob.");
            var mine = send(client, to(url + "/api/user/data", alice));
            assertThat(mine.statusCode()).as(mine.body()).isEqualTo(200);
            assertThat(mine.body()).contains("Hello from alice.").doesNotContain("bob");
            assertThat(
                            send(client, HttpRequest.newBuilder(URI.create(url + "/api/user/data")))
                                    .statusCode())
                    .isEqualTo(401);
        }

        Path file = folder.resolve("alice.json");
        assertThat(shell.run("user", "export", "alice", "--file", file.toString()).exitCode())
                .isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        ObjectNode copy = Json.parseObject(Files.readString(file));
        assertThat(copy.path("user").asString()).isEqualTo("alice");
        assertThat(copy.at("/sessions/0/history/0/messages/0/content").asString())
                .isEqualTo("Hello from alice.");
        assertThat(copy.at("/api_keys/0/name").asString()).isEqualTo("laptop");
        assertThat(copy.at("/ledger/0/usd").asString()).isEqualTo("5");
        assertThat(copy.path("answers")).hasSize(1);
        assertThat(copy.at("/payment_tokens/0/limit_usd").asString()).isEqualTo("2");
        assertThat(Files.readString(file)).doesNotContain("bob", alice, token);

        ObjectNode done = Json.parseObject(shell.run("user", "delete", "alice").line());
        assertThat(done.at("/deleted/sessions").asInt()).isEqualTo(1);
        assertThat(done.at("/deleted/answers").asInt()).isEqualTo(1);
        assertThat(done.at("/deleted/api_keys").asInt()).isEqualTo(1);
        assertThat(done.at("/deleted/payment_tokens").asInt()).isEqualTo(1);
        assertThat(done.at("/kept/ledger").asString()).contains("laws");
        ObjectNode after = Json.parseObject(shell.run("user", "export", "alice").line());
        assertThat(after.path("sessions")).isEmpty();
        assertThat(after.path("answers")).isEmpty();
        assertThat(after.at("/api_keys/0/revoked").asString()).isNotEmpty();
        assertThat(
                        Json.parseObject(shell.run("user", "delete", "alice").line())
                                .at("/deleted/payment_tokens")
                                .asInt())
                .as("revoked already")
                .isZero();
        assertThat(shell.run("user", "export", "bob").out()).contains("Hello from bob.");
    }

    @Test
    void nobodyHasNoData(TestDatabase test) {
        assertThat(shell(test).run("user", "delete", " ").exitCode()).isEqualTo(Command.WRONG);
        assertThat(shell(test).run("user", "export", "x' OR '1'='1").out())
                .contains("\"sessions\":[]");
    }
}
