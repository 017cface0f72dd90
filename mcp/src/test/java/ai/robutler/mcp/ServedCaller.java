package ai.robutler.mcp;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A client that sends just what it is told, headers included.
 *
 * @param headers of every request; a request's own replace them, and "" leaves one out
 */
record ServedCaller(HttpClient http, String url, Map<String, String> headers) {
    static final HttpClient HTTP = HttpClient.newHttpClient();

    static ServedCaller to(String url) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Content-Type", "application/json");
        headers.put("Accept", "application/json, text/event-stream");
        return new ServedCaller(HTTP, url, headers);
    }

    ServedCaller with(String header, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new ServedCaller(http, url, more);
    }

    ServedCaller withKey(String key) {
        return with("Authorization", "Bearer " + key);
    }

    /** What came back. */
    record Answer(int status, HttpResponse<String> response) {
        /** All messages, of a stream or not. */
        List<JsonNode> messages() {
            var messages = new ArrayList<JsonNode>();
            if (response.headers()
                    .firstValue("Content-Type")
                    .orElse("")
                    .startsWith("text/event-stream")) {
                for (String line : response.body().split("\n")) {
                    if (line.startsWith("data: ")) {
                        messages.add(Json.parse(line.substring(6)));
                    }
                }
            } else if (!response.body().isEmpty()) {
                messages.add(Json.parse(response.body()));
            }
            return messages;
        }

        JsonNode last() {
            return messages().getLast();
        }

        JsonNode result() {
            return last().path("result");
        }

        int error() {
            return last().path("error").path("code").asInt(0);
        }

        String text() {
            return result().path("content").path(0).path("text").asString("");
        }

        Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }
    }

    Answer send(String method, String body) {
        var request =
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(Duration.ofSeconds(30))
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(
                (name, value) -> {
                    if (!value.isEmpty()) {
                        request.header(name, value);
                    }
                });
        try {
            var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    Answer post(String body) {
        return send("POST", body.replace('\'', '"'));
    }

    /** A request of a session. */
    Answer call(String method, String params) {
        return post(
                "{'jsonrpc': '2.0', 'id': 7, 'method': '"
                        + method
                        + "', 'params': "
                        + params
                        + "}");
    }

    Answer tool(String name, String arguments) {
        return call("tools/call", "{'name': '" + name + "', 'arguments': " + arguments + "}");
    }

    /** The same client, with a session that began with these capabilities. */
    ServedCaller begun(String revision, String capabilities) {
        Answer answer =
                call(
                        "initialize",
                        "{'protocolVersion': '"
                                + revision
                                + "', 'clientInfo': {'name': 't', 'version': '1'}, 'capabilities': "
                                + capabilities
                                + "}");
        return with("Mcp-Session-Id", answer.header("Mcp-Session-Id").orElseThrow())
                .with("MCP-Protocol-Version", revision);
    }

    ServedCaller begun() {
        return begun("2025-11-25", "{}");
    }

    /** A request without a session. */
    Answer modern(String method, String params) {
        return modern(method, params, "{}");
    }

    Answer modern(String method, String params, String meta) {
        ObjectNode all = Json.parseObject(params.replace('\'', '"'));
        ObjectNode own = all.withObject("/_meta");
        own.put("io.modelcontextprotocol/protocolVersion", "2026-07-28");
        own.putObject("io.modelcontextprotocol/clientCapabilities");
        own.setAll(Json.parseObject(meta.replace('\'', '"')));
        ObjectNode request = Json.object().put("jsonrpc", "2.0").put("id", 1).put("method", method);
        request.set("params", all);
        String name = all.path("name").asString(all.path("uri").asString(""));
        var caller =
                headers.containsKey("MCP-Protocol-Version")
                        ? this
                        : with("MCP-Protocol-Version", "2026-07-28");
        caller =
                caller.headers.containsKey("Mcp-Method")
                        ? caller
                        : caller.with("Mcp-Method", method);
        caller = caller.headers.containsKey("Mcp-Name") ? caller : caller.with("Mcp-Name", name);
        return caller.send("POST", Json.write(request));
    }
}
