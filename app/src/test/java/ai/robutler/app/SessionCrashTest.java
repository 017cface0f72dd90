package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Json;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A server is killed in the middle of turns, again and again: whoever got an answer finds the turn
 * in the session, whole and once, and no half of any other.
 */
class SessionCrashTest {
    private static final int KILLS = 6;
    private static final int CALLERS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path folder;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, List<String>> acknowledged = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<String, String> keys = new HashMap<>();

    @Test
    void whatWasAnsweredIsInTheSessionHoweverOftenTheServerIsKilled() throws Exception {
        long seed = Long.getLong("crash.seed", new Random().nextLong());
        System.out.println("crash.seed=" + seed);
        var random = new Random(seed);
        var files = new AgentFiles(folder);
        files.write(
                "agents/notes.md",
                "---\nmodel: openai/scripted\nskills: { session: { messages: 6 } }\n---\nYou answer.");
        Shell shell = Shell.on(folder.resolve(".robutler"));
        for (int i = 0; i < CALLERS; i++) {
            keys.put("user" + i, shell.run("key", "create", "--user", "user" + i).line());
        }
        try (ScriptedProvider provider = ScriptedProvider.start()) {
            provider.always(
                    request ->
                            Reply.text("answer to " + request.lastText())
                                    .inPiecesOf(4)
                                    .every(Duration.ofMillis(2)));
            for (int kill = 0; kill < KILLS; kill++) {
                serveAndKill(provider, random, kill);
            }
            try (Program program = serve(provider)) {
                String url = program.url();
                for (String user : keys.keySet()) {
                    check(url, user);
                }
            }
            assertThat(provider.violations()).isEmpty();
        }
        assertThat(wrong).isEmpty();
        int turns = acknowledged.values().stream().mapToInt(List::size).sum();
        System.out.println(KILLS + " kills, " + turns + " turns acknowledged");
        assertThat(turns).isGreaterThanOrEqualTo(KILLS);
    }

    private Program serve(ScriptedProvider provider) {
        var environment =
                Map.of("OPENAI_API_KEY", "sk-test", "OPENAI_BASE_URL", provider.baseUrl());
        return Program.start(folder, environment, "serve", "agents", "--port", "0");
    }

    private void serveAndKill(ScriptedProvider provider, Random random, int kill) throws Exception {
        try (Program program = serve(provider)) {
            String url = program.url();
            var dying = new AtomicBoolean();
            var answers = new Semaphore(0);
            var threads = new ArrayList<Thread>();
            for (String user : keys.keySet()) {
                threads.add(
                        Thread.ofVirtual()
                                .name(user)
                                .start(() -> talk(url, user, kill, dying, answers)));
            }
            assertThat(
                            answers.tryAcquire(
                                    1 + random.nextInt(10), PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("%s", wrong)
                    .isTrue();
            dying.set(true);
            // Somewhere in the work of the next moments.
            assertThat(
                            new CountDownLatch(1)
                                    .await(random.nextInt(80_000_000), TimeUnit.NANOSECONDS))
                    .isFalse();
            program.kill();
            for (Thread thread : threads) {
                assertThat(thread.join(PATIENCE)).isTrue();
            }
        }
    }

    /** A session for each life of the server: the dead one's lease is not waited for. */
    private void talk(String url, String user, int kill, AtomicBoolean dying, Semaphore answers) {
        try {
            for (int i = 0; ; i++) {
                String question = "q" + kill + "-" + i;
                HttpResponse<String> answer = ask(url, user, "life" + kill, question, i % 2 == 1);
                String body = answer.body();
                boolean whole = i % 2 == 0 || body.stripTrailing().endsWith("data: [DONE]");
                if (answer.statusCode() != 200 || !whole || body.contains("\"error\"")) {
                    wrong.add(question + ": " + answer.statusCode() + " " + body);
                    return;
                }
                acknowledged
                        .computeIfAbsent(user + " life" + kill, _ -> new ArrayList<>())
                        .add(question);
                answers.release();
            }
        } catch (IOException e) {
            if (!dying.get()) {
                wrong.add(user + ": " + e);
            }
        } catch (InterruptedException e) {
            wrong.add(user + " was interrupted");
        }
    }

    private HttpResponse<String> ask(
            String url, String user, String session, String question, boolean stream)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(url + "/notes/chat/completions"))
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .header("X-API-Key", keys.getOrDefault(user, ""))
                        .header("X-Session-ID", session)
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                                                .formatted(stream, question)));
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** Each turn is a question and its answer; all that were acknowledged are there, in order. */
    private void check(String url, String user) throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            List<String> known = acknowledged.getOrDefault(user + " life" + kill, List.of());
            var request =
                    HttpRequest.newBuilder(
                                    URI.create(url + "/notes/sessions/life" + kill + "?limit=200"))
                            .timeout(PATIENCE)
                            .header("X-API-Key", keys.getOrDefault(user, ""))
                            .build();
            HttpResponse<String> reply = client.send(request, BodyHandlers.ofString());
            if (reply.statusCode() == 404) {
                assertThat(known).isEmpty();
                continue;
            }
            var questions = new ArrayList<String>();
            for (JsonNode turn : Json.parse(reply.body()).path("history")) {
                assertThat(turn.path("messages")).as(turn.toString()).hasSize(2);
                String question = turn.at("/messages/0/content").asString();
                assertThat(turn.at("/messages/1/content").asString())
                        .isEqualTo("answer to " + question);
                questions.addFirst(question);
            }
            assertThat(questions.stream().limit(known.size())).containsExactlyElementsOf(known);
            // What was written, and whose answer was lost with the server, is one turn at most.
            assertThat(questions.size() - known.size()).isLessThanOrEqualTo(1);
        }
    }
}
