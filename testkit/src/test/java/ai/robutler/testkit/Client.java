package ai.robutler.testkit;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A client of the provider, as plain as can be. */
final class Client {

    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String baseUrl;

    Client(ScriptedProvider provider) {
        this.baseUrl = provider.baseUrl();
    }

    static String body(String more) {
        return "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]%s}"
                .formatted(more.isEmpty() ? "" : "," + more);
    }

    HttpResponse<byte[]> call(String more) throws IOException, InterruptedException {
        return post(body(more));
    }

    HttpResponse<byte[]> post(String body) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(baseUrl + "/chat/completions"))
                        .header("Content-Type", "application/json")
                        .timeout(PATIENCE)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> send(String method, String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(baseUrl).resolve(path))
                        .timeout(PATIENCE)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    /** The answer to a call that does not stream. */
    JsonNode complete(String more) throws IOException, InterruptedException {
        return json(call(more));
    }

    /** The events of a streamed answer. */
    List<String> stream(String more) throws IOException, InterruptedException {
        HttpResponse<byte[]> response =
                call("\"stream\":true" + (more.isEmpty() ? "" : "," + more));
        return Events.of(response.body());
    }

    static JsonNode json(HttpResponse<byte[]> response) {
        return Json.parse(response.body());
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
