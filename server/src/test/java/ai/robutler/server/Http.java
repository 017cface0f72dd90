package ai.robutler.server;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A client of the server under test. */
record Http(HttpClient client, String base) implements AutoCloseable {
    static final String HELLO = "{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    static final String HELLO_STREAM =
            "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";

    record Answer(HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        String body() {
            return response.body();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        JsonNode json() {
            return Json.parse(body());
        }

        /** The pointed-to value as text, "" where there is none. */
        String at(String pointer) {
            return json().at(pointer).asString("");
        }
    }

    static Http of(RobutlerServer server) {
        return new Http(
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), server.url());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(20));
    }

    Answer send(HttpRequest.Builder request) {
        try {
            return new Answer(client.send(request.build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer post(String path, String json) {
        return send(posting(path, json));
    }

    HttpRequest.Builder posting(String path, String json) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
    }

    Answer method(String method, String path) {
        return send(request(path).method(method, HttpRequest.BodyPublishers.noBody()));
    }

    @Override
    public void close() {
        client.close();
    }
}
