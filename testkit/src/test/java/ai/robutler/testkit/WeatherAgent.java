package ai.robutler.testkit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The agent of the README: it asks a model, and runs the one tool that it has. */
final class WeatherAgent {

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI completions;

    WeatherAgent(String baseUrl) {
        completions = URI.create(baseUrl + "/chat/completions");
    }

    String ask(String question) throws IOException, InterruptedException {
        ArrayNode messages = Json.array();
        messages.addObject().put("role", "user").put("content", question);
        JsonNode answer = complete(messages);
        while (answer.hasNonNull("tool_calls")) {
            messages.add(answer);
            for (JsonNode call : answer.path("tool_calls")) {
                messages.addObject()
                        .put("role", "tool")
                        .put("tool_call_id", call.path("id").asString())
                        .put("content", "31 degrees, sunny");
            }
            answer = complete(messages);
        }
        return answer.path("content").asString();
    }

    private JsonNode complete(ArrayNode messages) throws IOException, InterruptedException {
        ObjectNode call = Json.object().put("model", "gpt-4o-mini");
        call.set("messages", messages);
        ObjectNode tool = call.putArray("tools").addObject().put("type", "function");
        tool.putObject("function").put("name", "current_weather");
        HttpRequest request =
                HttpRequest.newBuilder(completions)
                        .header("Content-Type", "application/json")
                        .timeout(Client.PATIENCE)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(call)))
                        .build();
        HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        return Json.parse(response.body()).at("/choices/0/message");
    }
}
