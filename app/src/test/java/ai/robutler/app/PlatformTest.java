package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The program as it is wired: who calls, and what it costs. */
class PlatformTest {
    private static final String QUESTION =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"What is 17 * 23?\"}]}";

    @TempDir private Path folder;
    private AgentFiles files;
    private Shell shell;

    @BeforeEach
    void start() {
        files = new AgentFiles(folder);
        files.write(
                "agents/paid.md",
                "---\nowner: alice\nprice: 0.01\nskills: [ calculator ]\n---\nYou add.");
        shell = Shell.on(folder.resolve(".robutler"));
    }

    private Program serve(String... more) {
        String[] all = new String[4 + more.length];
        System.arraycopy(new String[] {"serve", "agents", "--port", "0"}, 0, all, 0, 4);
        System.arraycopy(more, 0, all, 4, more.length);
        return Program.start(folder, Map.of(), all);
    }

    private static HttpResponse<String> ask(String url, String... headers)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create(url + "/paid/chat/completions"))
                            .timeout(Duration.ofSeconds(30))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(QUESTION));
            for (int i = 0; i < headers.length; i += 2) {
                request.header(headers[i], headers[i + 1]);
            }
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }

    @Test
    void anAgentWithAPriceAsksForPaymentAndTakesIt() throws Exception {
        shell.run("account", "credit", "bob", "1");
        String token = shell.run("token", "issue", "bob", "--limit", "0.01").line();
        try (Program program = serve()) {
            String url = program.url();
            var unpaid = ask(url);
            assertThat(unpaid.statusCode()).isEqualTo(402);
            assertThat(unpaid.headers().firstValue("PAYMENT-REQUIRED")).isPresent();
            assertThat(unpaid.body())
                    .contains("\"code\":\"payment_token_required\"")
                    .contains("\"required_usd\":\"0.01\"")
                    .contains("\"payTo\":\"user:alice\"");
            var paid = ask(url, "X-Payment-Token", token, "X-Request-ID", "first-request");
            assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
            assertThat(paid.body()).contains("391");
            var spent = ask(url, "X-Payment-Token", token);
            assertThat(spent.statusCode()).isEqualTo(402);
            assertThat(spent.body()).contains("\"code\":\"spending_limit_exceeded\"");
        }
        assertThat(shell.run("account", "show", "bob").out()).containsPattern("bob +0.99 +0");
        assertThat(shell.run("account", "statement", "alice").out())
                .containsPattern(" 0.01 +request +user:bob +paid +first-request");
    }

    @Test
    void whereCallersAreRequiredOnlyAGoodKeyIsServed() throws Exception {
        files.write("agents/paid.md", "---\nskills: [ calculator ]\n---\nYou add.");
        files.write("robutler.yaml", "auth: { mode: required }\n");
        String key = shell.run("key", "create", "--user", "bob").line();
        try (Program program = serve("--host", "0.0.0.0")) {
            String url = program.url().replace("0.0.0.0", "127.0.0.1");
            var nobody = ask(url);
            assertThat(nobody.statusCode()).isEqualTo(401);
            assertThat(nobody.headers().firstValue("WWW-Authenticate").orElse(""))
                    .contains("Bearer realm=\"robutler\"");
            assertThat(ask(url, "X-API-Key", key).statusCode()).isEqualTo(200);
            assertThat(ask(url, "Authorization", "Bearer " + key).statusCode()).isEqualTo(200);
            assertThat(ask(url, "X-API-Key", key + "x").statusCode()).isEqualTo(401);
            shell.run("key", "revoke", key.split("_")[1]).line();
            assertThat(ask(url, "X-API-Key", key).statusCode()).isEqualTo(401);
            assertThat(program.err()).doesNotContain(key);
        }
    }

    @Test
    void anAgentBehindCredentialsIsListedElsewhere() throws Exception {
        String local = "outbound: { allow: [ 127.0.0.0/8 ] }\n";
        files.write("robutler.yaml", local);
        String key = shell.run("key", "create", "--user", "carol").line();
        Path node = folder.resolve("node");
        var nodes = new AgentFiles(node);
        nodes.write(
                "agents/runes.md",
                "---\ndescription: Reads runes.\nintents: [ read runes ]\n---\nYou read.");
        nodes.write("robutler.yaml", local + "auth: { mode: required }\n");
        try (Program platform = serve()) {
            String url = platform.url();
            var environment = Map.of("ROBUTLER_API_URL", url, "ROBUTLER_API_KEY", key);
            try (Program other =
                    Program.start(node, environment, "serve", "agents", "--port", "0")) {
                String runes = other.url() + "/runes";
                var list = new Page(url + "/api/agents");
                list.await(Duration.ofSeconds(60), body -> body.contains(runes));
                assertThat(list.body()).contains("\"owner\":\"carol\"");
            }
        }
    }

    @Test
    void wrongSectionsAreListedAndNothingStarts() throws Exception {
        files.write("agents/paid.md", "---\nprice: 0.01\n---\nYou add.");
        files.write(
                "robutler.yaml",
                """
                auth: { mod: required }
                payments:
                  fee-percent: much
                outbound: { alow: [] }
                """);
        try (Program program = serve()) {
            assertThat(program.exitCode()).isEqualTo(2);
            assertThat(program.err())
                    .contains("agents/paid.md:2: 'price' needs an 'owner' who is paid")
                    .contains("robutler.yaml:1: unknown setting 'mod'; did you mean 'mode'?")
                    .contains("robutler.yaml:3: 'fee-percent' must be")
                    .contains("robutler.yaml:4: unknown setting 'alow'; did you mean 'allow'?");
        }
    }

    @Test
    void aDatabaseThatIsAwayStopsItInPlainWords() throws Exception {
        try (Program program = serve("--database", "jdbc:postgresql://127.0.0.1:9/none")) {
            assertThat(program.exitCode()).isNotZero();
            assertThat(program.err())
                    .contains("database: The database does not answer")
                    .contains("Not started")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void doctorTellsOfDatabaseCallersAndMoney() throws Exception {
        var nothing = doctor(Map.of());
        assertThat(nothing)
                .containsPattern("Database: +SQLite in .robutler/robutler.db")
                .containsPattern("Callers: +open: ")
                .containsPattern("Payments: +kept here")
                .containsPattern("Discovery: +this server's agents are listed; .* here, by words");
        files.write(
                "robutler.yaml",
                """
                auth: { mode: required, issuers: [ { issuer: 'https://login.example.com', audience: a } ] }
                platform: { url: 'https://platform.example.com', api-key: rk_abc_defghijk }
                server: { database: 'jdbc:postgresql://127.0.0.1:9/none?user=a&password=hidden' }
                """);
        assertThat(doctor(Map.of()))
                .containsPattern("Database: +PostgreSQL, .*127.0.0.1:9/none")
                .containsPattern("Callers: +required: .*https://login.example.com")
                .containsPattern("Payments: +kept by https://platform.example.com")
                .containsPattern("Discovery: .* are found on https://platform.example.com")
                .doesNotContain("hidden")
                .doesNotContain("defghijk");
    }

    private String doctor(Map<String, String> environment) throws InterruptedException {
        try (Program program = Program.start(folder, environment, "doctor", "agents")) {
            program.exitCode();
            return program.out();
        }
    }
}
