package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Json;
import ai.robutler.identity.SigningKeys;
import ai.robutler.payments.EmbeddedLedger;
import ai.robutler.payments.Ledger;
import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;
import ai.robutler.testkit.Call;
import ai.robutler.testkit.ReceivedRequest;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Three servers, each a process of its own: two on one PostgreSQL, one with a database of its own.
 * Their agents call one another, and pay. Whatever the second does, the first ends well, and the
 * books are right.
 *
 * <p>What a model says is in the question: {@code Ask TARGET: WORDS} is a call of {@code nli},
 * {@code Find INTENT, and say: WORDS} a call of {@code discovery} and one of {@code nli} to the
 * first that it found, {@code Hang} is silence, anything else is repeated.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentsTogetherTest {
    private static final Pattern ASK = Pattern.compile("(?s)Ask (\\S+): (.*)");
    private static final Pattern FIND = Pattern.compile("(?s)Find (.+?), and say: (.*)");
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CAP = "0.05";
    private static final long CAP_NANO = 50_000_000;

    /** Twice the limit of agents' runs: processes start to work, and the machine may be slow. */
    private static final Duration IN_TIME = Duration.ofSeconds(40);

    @TempDir private static Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private ScriptedProvider provider;
    private TestDatabase database;
    private HttpServer stranger;
    private final List<String> arrived = new CopyOnWriteArrayList<>();
    private final CompletableFuture<String> hanging = new CompletableFuture<>();
    private Shell shell;
    private Program first;
    private Program second;
    private Program third;
    private String token;
    private String merchantKey;

    @BeforeAll
    void start() throws Exception {
        provider = ScriptedProvider.start();
        provider.always(this::answer);
        database = TestDatabase.create(Database.Kind.POSTGRESQL);
        stranger = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        stranger.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        stranger.createContext("/", this::strangely);
        stranger.start();
        String url = database.options().url() + "?user=" + database.options().user();
        shell = Shell.on(folder.resolve("one/.robutler")).database(url);
        agent(
                "one",
                "first",
                "owner: anna\nprice: 0.01\nskills: { discovery: {}, nli: { timeout: 8s } }");
        agent("one", "free", "skills: [ nli ]");
        agent(
                "two",
                "second",
                "owner: bob\nprice: 0.02\nintents: [ put verses into Latin ]\nskills: [ nli ]");
        agent("two", "greedy", "owner: bob\nprice: 0.50");
        agent("three", "third", "");
        for (String server : List.of("one", "two", "three")) {
            var files = new AgentFiles(folder.resolve(server));
            files.write("robutler.yaml", CONFIG);
            files.write("prices.yaml", PRICES);
        }
        third = serve("three");
        second = serve("two", "--database", url);
        first = serve("one", "--database", url);
        assertThat(shell.run("account", "credit", "alice", "10").exitCode()).isZero();
        token = shell.run("token", "issue", "alice", "--limit", "5").line();
        merchantKey = shell.run("key", "create", "--user", "mallory").out().strip();
    }

    private static final String CONFIG =
            """
            catalog: prices.yaml
            outbound: { allow: [ 127.0.0.1 ] }
            """;

    private static final String PRICES =
            """
            openai/scripted: { window: 4000, output: 100, price: { input: 1, output: 2 } }
            """;

    private void agent(String server, String name, String more) throws IOException {
        new AgentFiles(folder.resolve(server))
                .write(
                        "agents/" + name + ".md",
                        """
                        ---
                        model: openai/scripted
                        limits: { seconds: 20 }
                        %s
                        ---
                        You are %s.
                        """
                                .formatted(more, name));
    }

    private Program serve(String server, String... more) {
        var environment =
                Map.of(
                        "OPENAI_API_KEY", "sk-platform",
                        "OPENAI_BASE_URL", provider.baseUrl(),
                        "ROBUTLER_LOG", "info");
        var arguments = new ArrayList<>(List.of("serve", "agents", "--port", "0"));
        arguments.addAll(List.of(more));
        return Program.start(folder.resolve(server), environment, arguments.toArray(String[]::new));
    }

    @AfterAll
    void stop() throws Exception {
        for (Program program : new Program[] {first, second, third}) {
            if (program != null) {
                program.close();
            }
        }
        stranger.stop(0);
        database.close();
        provider.close();
        client.close();
    }

    /** The model of all agents. */
    private Reply answer(ReceivedRequest request) {
        JsonNode messages = request.json().path("messages");
        String system = messages.path(0).path("content").asString("");
        JsonNode last = messages.path(messages.size() - 1);
        String said = last.path("content").asString("");
        String name = system.replaceAll("(?s)You are (\\w+)\\..*", "$1");
        Matcher ask = ASK.matcher(said);
        if (last.path("role").asString("").equals("tool")) {
            Matcher asked = FIND.matcher(lastWords(messages));
            return asked.matches() && said.startsWith("{\"results\"")
                    ? ask(Json.parse(said).at("/results/0/url").asString(""), asked.group(2))
                    : Reply.text(name + " got: " + said);
        }
        Matcher find = FIND.matcher(said);
        if (find.matches()) {
            ObjectNode arguments = Json.object().put("intent", find.group(1)).put("top_k", 3);
            return Reply.calls(Call.of("discovery", Json.write(arguments)));
        }
        if (ask.matches()) {
            return ask(ask.group(1), ask.group(2));
        }
        if (said.startsWith("Hang")) {
            hanging.complete(said);
            return Reply.text("?").hangBeforeHeaders();
        }
        return Reply.text(name + " heard: " + said).inPiecesOf(3);
    }

    private static Reply ask(String target, String words) {
        ObjectNode arguments = Json.object().put("agent", target).put("message", words);
        arguments.put("authorized_amount", Double.valueOf(CAP));
        return Reply.calls(Call.of("nli", Json.write(arguments)));
    }

    private static String lastWords(JsonNode messages) {
        String words = "";
        for (JsonNode message : messages) {
            boolean user = message.path("role").asString("").equals("user");
            words = user ? message.path("content").asString("") : words;
        }
        return words;
    }

    /** What servers of others do. */
    private void strangely(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            arrived.add(exchange.getRequestHeaders() + "\n" + body);
            String path = exchange.getRequestURI().getPath();
            if (path.startsWith("/redirecting/")) {
                exchange.getResponseHeaders().set("Location", "http://169.254.169.254/latest");
                exchange.sendResponseHeaders(302, -1);
                return;
            }
            String text = "It costs 0.001 USD, really.";
            if (path.startsWith("/liar/")) {
                take(exchange.getRequestHeaders().getFirst("X-Payment-Token"));
            }
            ObjectNode answer = Json.object();
            ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
            choice.putObject("message").put("role", "assistant").put("content", text);
            choice.put("finish_reason", "stop");
            answer.put("charged_usd", "0.001");
            byte[] bytes = Json.writeBytes(answer);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /** A merchant that says one thing and takes as much as it can. */
    private void take(String paid) {
        try {
            assertThat(lock(paid, "0.06", "too-much").statusCode()).isEqualTo(402);
            HttpResponse<String> hold = lock(paid, "0.04", "as-much-as-it-can");
            assertThat(hold.statusCode()).as(hold.body()).isEqualTo(200);
            String name = Json.parse(hold.body()).path("hold").asString("");
            String settle =
                    "{\"hold\":\"%s\",\"charges\":[{\"amount\":\"0.04\",\"kind\":\"request\"}]}"
                            .formatted(name);
            assertThat(merchant("settle", settle, "settled").statusCode()).isEqualTo(200);
            assertThat(lock(paid, "0.02", "more").statusCode()).isEqualTo(402);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> lock(String paid, String amount, String key) throws Exception {
        return merchant(
                "lock",
                "{\"token\":\"%s\",\"agent\":\"liar\",\"amount\":\"%s\",\"lifetime_seconds\":60}"
                        .formatted(paid, amount),
                key);
    }

    private HttpResponse<String> merchant(String what, String body, String key) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(second.url() + "/api/payments/" + what))
                        .header("Authorization", "Bearer " + merchantKey)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", key)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** What the first agent streams, as one text. */
    private String ask(String words, String id, String paid) throws Exception {
        return ask("first", words, id, paid);
    }

    private String ask(String agent, String words, String id, String paid) throws Exception {
        ObjectNode body = Json.object().put("stream", true);
        body.putArray("messages").addObject().put("role", "user").put("content", words);
        long begun = System.nanoTime();
        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(
                                        URI.create(first.url() + "/" + agent + "/chat/completions"))
                                .header("Content-Type", "application/json")
                                .header("X-Payment-Token", paid)
                                .header("X-Request-ID", id)
                                .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
                                .timeout(Duration.ofSeconds(60))
                                .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(IN_TIME);
        return text(answer.body());
    }

    /** Whatever happened, nothing was made or lost. */
    @AfterEach
    void theBooksAreRight() throws Exception {
        List<String> broken = onLedger(ledger -> ledger.invariants().check());
        assertThat(broken).isEmpty();
    }

    /** The text of one sound stream. */
    private static String text(String stream) {
        var text = new StringBuilder();
        var ids = new java.util.HashSet<String>();
        int ends = 0;
        List<String> events = stream.lines().filter(line -> line.startsWith("data: ")).toList();
        assertThat(events.getLast()).isEqualTo("data: [DONE]");
        for (String event : events.subList(0, events.size() - 1)) {
            JsonNode chunk = Json.parse(event.substring("data: ".length()));
            assertThat(chunk.has("error")).as(event).isFalse();
            ids.add(chunk.path("id").asString(""));
            JsonNode choice = chunk.path("choices").path(0);
            text.append(choice.path("delta").path("content").asString(""));
            ends += choice.path("finish_reason").isString() ? 1 : 0;
        }
        assertThat(ids).hasSize(1);
        assertThat(ends).isEqualTo(1);
        return text.toString();
    }

    private List<Ledger.Line> statement(String account, String request) throws Exception {
        return onLedger(
                ledger -> {
                    assertThat(ledger.invariants().check()).isEmpty();
                    return ledger.statement(account, "", 1_000).lines().stream()
                            .filter(line -> line.reference().equals(request))
                            .toList();
                });
    }

    private interface Look<T> {
        T at(EmbeddedLedger ledger) throws Exception;
    }

    private <T> T onLedger(Look<T> look) throws Exception {
        try (Database own = Database.open(database.options())) {
            var signer =
                    SigningKeys.open(
                            "robutler",
                            folder.resolve("one/.robutler/keys"),
                            Duration.ofDays(30),
                            own,
                            InstantSource.system());
            try (var ledger =
                    EmbeddedLedger.open(own, signer, Clock.systemUTC(), Duration.ofHours(1))) {
                return look.at(ledger);
            }
        }
    }

    private static long spent(List<Ledger.Line> lines, String agent) {
        return -lines.stream()
                .filter(line -> line.agent().equals(agent))
                .mapToLong(Ledger.Line::nanoUsd)
                .sum();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + stranger.getAddress().getPort() + path;
    }

    @Test
    void theFirstPaysTheSecondWhichCallsTheThird() throws Exception {
        String words = "Ask %s/second: Ask %s/third: Hello.".formatted(second.url(), third.url());
        String answer = ask(words, "req-together", token);
        assertThat(answer).startsWith("first got: ").contains("third heard: Hello.");
        List<Ledger.Line> lines = statement("user:alice", "req-together");
        assertThat(spent(lines, "first")).isGreaterThanOrEqualTo(10_000_000);
        assertThat(spent(lines, "second")).isBetween(20_000_000L, CAP_NANO);
        assertThat(answer)
                .contains("charged_usd\":\"" + ai.robutler.core.Cost.usd(spent(lines, "second")));
        for (Program each : List.of(first, second, third)) {
            assertThat(each.errorLine("request=req-together")).contains("chat/completions 200");
        }
    }

    @Test
    void theFirstFindsTheSecondByWhatItCanDo() throws Exception {
        awaitListed("verses in Latin", "second");
        String words = "Find verses in Latin, and say: Ask %s/third: Hello.".formatted(third.url());
        String answer = ask(words, "req-found", token);
        assertThat(answer).startsWith("first got: ").contains("third heard: Hello.");
        List<Ledger.Line> lines = statement("user:alice", "req-found");
        assertThat(spent(lines, "first")).isGreaterThanOrEqualTo(10_000_000);
        assertThat(spent(lines, "second")).isBetween(20_000_000L, CAP_NANO);
        for (Program each : List.of(first, second, third)) {
            assertThat(each.errorLine("request=req-found")).contains("chat/completions 200");
        }
    }

    /** What is served there is found here within moments: both have one database. */
    private void awaitListed(String intent, String agent) throws Exception {
        String url =
                first.url()
                        + "/api/discovery?intent="
                        + URLEncoder.encode(intent, StandardCharsets.UTF_8);
        new Page(url)
                .await(
                        Duration.ofSeconds(30),
                        found -> found.contains("\"agent\":\"" + agent + "\""));
    }

    @Test
    void anAgentThatCostsNothingPassesThePaymentOn() throws Exception {
        String answer =
                ask("free", "Ask %s/second: Hello.".formatted(second.url()), "req-free", token);
        assertThat(answer).contains("second heard: Hello.", "charged_usd");
        List<Ledger.Line> lines = statement("user:alice", "req-free");
        assertThat(lines).isNotEmpty().allMatch(line -> line.agent().equals("second"));
        assertThat(spent(lines, "second")).isBetween(20_000_000L, CAP_NANO);
    }

    @Test
    void oneTraceReachesTheLast() throws Exception {
        String words = "Ask %s/second: Ask %s: Hello.".formatted(second.url(), url("/last/helper"));
        assertThat(ask(words, "req-trace", token)).contains("It costs");
        String request =
                arrived.stream()
                        .filter(each -> each.contains("req-trace"))
                        .findFirst()
                        .orElseThrow();
        assertThat(request)
                .containsPattern("(?i)traceparent=\\[00-" + TRACE + "-[0-9a-f]{16}-01]")
                .containsPattern("(?i)x-robutler-chain=\\[first~[0-9a-f]{16}, second~[0-9a-f]{16}]")
                .doesNotContain(token, "sk-platform");
    }

    @Test
    void aSecondThatIsKilledIsTold() throws Exception {
        String url = database.options().url() + "?user=" + database.options().user();
        agent("four", "doomed", "owner: bob\nprice: 0.02");
        var files = new AgentFiles(folder.resolve("four"));
        files.write("robutler.yaml", CONFIG);
        files.write("prices.yaml", PRICES);
        try (Program doomed = serve("four", "--database", url)) {
            String words = "Ask %s/doomed: Hang until the end.".formatted(doomed.url());
            var killer =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        hanging.join();
                                        try {
                                            doomed.kill();
                                        } catch (InterruptedException e) {
                                            Thread.currentThread().interrupt();
                                        }
                                    });
            assertThat(ask(words, "req-killed", token))
                    .containsPattern("broke off|cannot be reached");
            killer.join();
            assertThat(spent(statement("user:alice", "req-killed"), "doomed")).isZero();
            assertThat(ask(words, "req-dead", token)).contains("cannot be reached");
        }
    }

    @Test
    void aSlowSecondIsGivenUp() throws Exception {
        String words = "Ask %s/second: Hang on.".formatted(second.url());
        assertThat(ask(words, "req-slow", token))
                .containsPattern("did not (answer|finish) in time");
        assertThat(spent(statement("user:alice", "req-slow"), "second")).isLessThan(CAP_NANO);
    }

    @Test
    void aSecondWithoutMoneySaysHowMuchIsMissing() throws Exception {
        String little = shell.run("token", "issue", "alice", "--limit", "0.02").line();
        String words = "Ask %s/second: Hello.".formatted(second.url());
        assertThat(ask(words, "req-poor", little))
                .containsPattern("wants to be paid 0\\.0[0-9]+ USD \\(402\\).* USD are missing");
        assertThat(spent(statement("user:alice", "req-poor"), "second")).isZero();
    }

    @Test
    void aSecondThatWantsMoreThanIsAuthorizedGetsNothing() throws Exception {
        String words = "Ask %s/greedy: Hello.".formatted(second.url());
        assertThat(ask(words, "req-greedy", token)).contains("0.45 USD are missing");
        assertThat(spent(statement("user:alice", "req-greedy"), "greedy")).isZero();
    }

    @Test
    void aSecondThatLiesAboutItsPriceTakesNoMoreThanTheCap() throws Exception {
        String answer = ask("Ask %s: Hello.".formatted(url("/liar")), "req-liar", token);
        assertThat(answer).contains("It costs 0.001 USD, really.", "\"charged_usd\":\"0.04\"");
        assertThat(spent(statement("user:alice", "req-liar"), "first")).isPositive();
    }

    @Test
    void aSecondThatPointsToTheMetadataServiceIsNotFollowed() throws Exception {
        String answer = ask("Ask %s: Hello.".formatted(url("/redirecting/x")), "req-away", token);
        assertThat(answer).contains("points elsewhere (302); redirects are not followed");
        assertThat(ask("Ask http://169.254.169.254/latest: Hello.", "req-meta", token))
                .contains("may not be called: the address is not a public one");
    }

    @Test
    void aSecondThatCallsTheFirstAgainIsStopped() throws Exception {
        String words = "Ask %s/second: Ask %s/first: Hello.".formatted(second.url(), first.url());
        assertThat(ask(words, "req-round", token)).contains("is in this chain of calls already");
    }
}
