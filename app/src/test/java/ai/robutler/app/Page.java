package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Deadline;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Predicate;

/** What a server shows at a URL. */
record Page(String url) {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    String body() throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return body(client);
        }
    }

    private String body(HttpClient client) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
        return client.send(request, BodyHandlers.ofString()).body();
    }

    /** Looks again and again, until it is as wanted. */
    void await(Duration longest, Predicate<String> wanted)
            throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(longest);
        try (HttpClient client = HttpClient.newHttpClient()) {
            String body = body(client);
            while (!wanted.test(body)) {
                assertThat(deadline.hasPassed()).as("still: " + body).isFalse();
                body = body(client);
            }
        }
    }
}
