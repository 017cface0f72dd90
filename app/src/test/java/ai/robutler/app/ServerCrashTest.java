package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Deadline;
import ai.robutler.identity.SigningKeys;
import ai.robutler.payments.EmbeddedLedger;
import ai.robutler.payments.Ledger;
import ai.robutler.store.Database;
import ai.robutler.store.DatabaseOptions;
import ai.robutler.store.TestDatabase;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A server under paid load is killed again and again, on each database: each answer that came has
 * been charged, once, and the books are right. A failing seed is tried again with {@code
 * -Dcrash.seed=…}.
 */
class ServerCrashTest {
    private static final int KILLS = 25;
    private static final int CALLERS = 4;
    private static final String PAYER = "user:bob";

    /** The agent's time, and what a hold is longer than its run. */
    private static final Duration LONGEST_HOLD = Duration.ofSeconds(5 + 120);

    @TempDir private Path folder;

    /** What one line of kills saw. */
    private record Seen(int acknowledged, int charged, long heldAtTheEnd) {}

    @Test
    void whatWasAnsweredIsChargedHoweverOftenTheServerIsKilled() throws Exception {
        long seed = Long.getLong("crash.seed", new Random().nextLong());
        System.out.println("crash.seed=" + seed);
        long start = System.nanoTime();
        try (ScriptedProvider provider = ScriptedProvider.start();
                TestDatabase sqlite = TestDatabase.create(Database.Kind.SQLITE);
                TestDatabase postgres = TestDatabase.create(Database.Kind.POSTGRESQL);
                var lines = Executors.newVirtualThreadPerTaskExecutor()) {
            provider.always(
                    _ -> Reply.text(PaidLoad.ANSWER).inPiecesOf(3).every(Duration.ofMillis(2)));
            var running = new java.util.ArrayList<Future<Seen>>();
            for (TestDatabase test : List.of(sqlite, postgres)) {
                Path own = folder.resolve(test.kind().name());
                long number = seed + test.kind().ordinal();
                Callable<Seen> kills = () -> new Line(own, test, provider, number).run();
                running.add(lines.submit(kills));
            }
            for (Future<Seen> each : running) {
                System.out.println(KILLS + " kills: " + each.get(10, TimeUnit.MINUTES));
            }
            assertThat(provider.violations()).isEmpty();
        }
        System.out.println("in " + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s");
    }

    /** One server, its data folder, and its deaths. */
    private static final class Line {
        private final Path folder;
        private final ScriptedProvider provider;
        private final Random random;
        private final Path data;
        private final DatabaseOptions database;
        private final Set<String> acknowledged = new HashSet<>();

        Line(Path folder, TestDatabase test, ScriptedProvider provider, long seed) {
            this.folder = folder;
            this.provider = provider;
            this.random = new Random(seed);
            this.data = folder.resolve(".robutler");
            this.database = test.options();
        }

        Seen run() throws Exception {
            var files = new AgentFiles(folder);
            files.write(
                    "agents/paid.md",
                    """
                    ---
                    owner: alice
                    model: openai/scripted
                    price: { request: 0.001, margin: 20 }
                    limits: { seconds: 5 }
                    ---
                    You answer.
                    """);
            files.write(
                    "prices.yaml",
                    "openai/scripted: { window: 4000, output: 1000, price: { input: 1, output: 2"
                            + " } }\n");
            files.write("robutler.yaml", "catalog: prices.yaml\npayments: { hold-lifetime: 2s }\n");
            Shell shell = Shell.on(data).database(url());
            assertThat(shell.run("account", "credit", "bob", "100000").exitCode()).isZero();
            String token = shell.run("token", "issue", "bob", "--limit", "100000").line();
            try (HttpClient client = HttpClient.newHttpClient()) {
                for (int kill = 0; kill < KILLS; kill++) {
                    serveAndKill(client, token, kill);
                    onLedger(Clock.systemUTC(), Duration.ofHours(1), this::check);
                }
            }
            // All holds of the dead end with their time, and nothing else changes.
            Seen seen = onLedger(Clock.systemUTC(), Duration.ofHours(1), this::check);
            Clock later = Clock.offset(Clock.systemUTC(), LONGEST_HOLD);
            onLedger(later, Duration.ofMillis(20), Line::awaitEndOfHolds);
            Seen then = onLedger(Clock.systemUTC(), Duration.ofHours(1), this::check);
            assertThat(then).isEqualTo(new Seen(seen.acknowledged(), seen.charged(), 0));
            return seen;
        }

        private String url() {
            return database.user().isEmpty()
                    ? database.url()
                    : database.url() + "?user=" + database.user();
        }

        private void serveAndKill(HttpClient client, String token, int kill) throws Exception {
            var environment =
                    Map.of("OPENAI_API_KEY", "sk-test", "OPENAI_BASE_URL", provider.baseUrl());
            try (Program program =
                    Program.start(
                            folder,
                            environment,
                            "serve",
                            "agents",
                            "--port",
                            "0",
                            "--database",
                            url())) {
                String url = program.url();
                assertThat(health(client, url)).doesNotContain("the books are wrong");
                PaidLoad load = PaidLoad.start(client, url, token, "k" + kill, CALLERS);
                load.awaitAnswers(1 + random.nextInt(10));
                load.expectEnd();
                // Somewhere in the work of the next moments.
                long nanos = random.nextInt(100_000_000);
                assertThat(new CountDownLatch(1).await(nanos, TimeUnit.NANOSECONDS)).isFalse();
                program.kill();
                acknowledged.addAll(load.join());
            }
        }

        private static String health(HttpClient client, String url) throws Exception {
            var request = HttpRequest.newBuilder(URI.create(url + "/health/detailed")).build();
            var answer = client.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("ledger");
            return answer.body();
        }

        private interface Look<T> {
            T at(EmbeddedLedger ledger) throws InterruptedException;
        }

        private <T> T onLedger(Clock clock, Duration sweep, Look<T> look)
                throws InterruptedException {
            try (Database open =
                    Database.open(database.withStatementTimeout(Duration.ofMinutes(1)))) {
                var signer =
                        SigningKeys.open(
                                "robutler",
                                data.resolve("keys"),
                                Duration.ofDays(30),
                                open,
                                InstantSource.system());
                try (var ledger = EmbeddedLedger.open(open, signer, clock, sweep)) {
                    return look.at(ledger);
                }
            }
        }

        private Seen check(EmbeddedLedger ledger) {
            assertThat(ledger.invariants().check()).isEmpty();
            var requests = new HashMap<String, Integer>();
            var models = new HashMap<String, Integer>();
            Ledger.Statement page = ledger.statement(PAYER, "", 1_000);
            while (true) {
                for (Ledger.Line line : page.lines()) {
                    switch (line.kind()) {
                        case "request" -> requests.merge(line.reference(), 1, Integer::sum);
                        case "model" -> models.merge(line.reference(), 1, Integer::sum);
                        default -> {}
                    }
                }
                if (page.next().isEmpty()) {
                    break;
                }
                page = ledger.statement(PAYER, page.next(), 1_000);
            }
            assertThat(requests.keySet()).containsAll(acknowledged);
            assertThat(models.keySet()).containsAll(acknowledged);
            assertThat(requests.values()).containsOnly(1);
            assertThat(models.values()).containsOnly(1);
            return new Seen(acknowledged.size(), requests.size(), page.heldNanoUsd());
        }

        private static boolean awaitEndOfHolds(EmbeddedLedger ledger) throws InterruptedException {
            Deadline deadline = Deadline.after(Duration.ofSeconds(30));
            while (ledger.statement(PAYER, "", 1).heldNanoUsd() > 0) {
                assertThat(deadline.hasPassed()).as("holds that do not end").isFalse();
                assertThat(new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS)).isFalse();
            }
            return true;
        }
    }
}
