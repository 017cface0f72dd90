package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Callers that pay, each asking again and again, for whole answers and for streams in turn, until
 * the server is gone.
 */
final class PaidLoad {
    static final String ANSWER = "Paid for.";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client;
    private final String url;
    private final String token;
    private final String name;
    private final List<Thread> threads = new ArrayList<>();
    private final Semaphore answers = new Semaphore(0);
    private final AtomicBoolean killed = new AtomicBoolean();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    private PaidLoad(HttpClient client, String url, String token, String name) {
        this.client = client;
        this.url = url + "/paid/chat/completions";
        this.token = token;
        this.name = name;
    }

    /**
     * @param name of the load: its requests are called by it
     */
    static PaidLoad start(HttpClient client, String url, String token, String name, int callers) {
        var load = new PaidLoad(client, url, token, name);
        for (int i = 0; i < callers; i++) {
            String caller = name + "-" + i;
            load.threads.add(Thread.ofVirtual().name(caller).start(() -> load.ask(caller)));
        }
        return load;
    }

    private void ask(String caller) {
        try {
            for (int i = 0; ; i++) {
                ask(caller + "-" + i, i % 2 == 1);
            }
        } catch (IOException e) {
            if (!killed.get()) {
                wrong.add(caller + ": " + e);
            }
        } catch (InterruptedException e) {
            wrong.add(caller + " was interrupted");
        }
    }

    private void ask(String id, boolean streamed) throws IOException, InterruptedException {
        String question =
                "{\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}"
                        .formatted(streamed);
        var request =
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .header("X-Payment-Token", token)
                        .header("X-Request-ID", id)
                        .POST(HttpRequest.BodyPublishers.ofString(question))
                        .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        String body = answer.body();
        boolean whole = !streamed || body.stripTrailing().endsWith("data: [DONE]");
        if (answer.statusCode() != 200 || !whole || body.contains("\"error\"")) {
            wrong.add(id + ": " + answer.statusCode() + " " + body);
            return;
        }
        acknowledged.add(id);
        answers.release();
    }

    /** Waits until so many answers have come. */
    void awaitAnswers(int number) throws InterruptedException {
        assertThat(answers.tryAcquire(number, PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("answers to %s; wrong: %s", name, wrong)
                .isTrue();
    }

    /** From now on calls may fail. */
    void expectEnd() {
        killed.set(true);
    }

    /** The ids of the requests whose answers came completely. */
    Set<String> join() throws InterruptedException {
        for (Thread thread : threads) {
            assertThat(thread.join(PATIENCE)).as(thread.getName()).isTrue();
        }
        assertThat(wrong).isEmpty();
        return acknowledged;
    }
}
