package ai.robutler.mcp;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A message of a server, as JSON-RPC has it. */
sealed interface ClientMessage {
    int METHOD_NOT_FOUND = -32601;
    int UNSUPPORTED_VERSION = -32022;

    /** What a request was answered with. */
    sealed interface Answer extends ClientMessage {
        /** The request's id; a missing node where the server could not read it. */
        JsonNode id();
    }

    /** The result of a request. */
    record Result(JsonNode id, ObjectNode result) implements Answer {}

    /** The error of a request. */
    record Failure(JsonNode id, int code, String message, JsonNode data) implements Answer {
        /** Whether only servers of revision 2026-07-28 and later say this. */
        boolean isModern() {
            return code <= -32020 && code >= -32022;
        }
    }

    /** A request of the server's own. */
    record Call(JsonNode id, String method) implements ClientMessage {
        /** What we answer: that we are there; more is not offered to servers. */
        ObjectNode reply() {
            var reply = Json.object().put("jsonrpc", "2.0");
            reply.set("id", id);
            if (method.equals("ping")) {
                reply.set("result", Json.object());
            } else {
                reply.set(
                        "error",
                        Json.object()
                                .put("code", METHOD_NOT_FOUND)
                                .put("message", "this client offers no such method"));
            }
            return reply;
        }
    }

    /** What the server tells unasked. */
    record Notification(String method, JsonNode params) implements ClientMessage {}

    /**
     * @throws ClientException.Malformed if it is no message
     */
    static ClientMessage of(JsonNode json) {
        JsonNode id = json.path("id");
        String method = json.path("method").asString("");
        if (!method.isEmpty()) {
            return id.isMissingNode() || id.isNull()
                    ? new Notification(method, json.path("params"))
                    : new Call(id, method);
        }
        if (json.path("result") instanceof ObjectNode result) {
            return new Result(id, result);
        }
        if (json.path("error") instanceof ObjectNode error) {
            return new Failure(
                    id,
                    error.path("code").asInt(0),
                    error.path("message").asString("the server told an error without words"),
                    error.path("data"));
        }
        throw new ClientException.Malformed("the server sent what is no message of the protocol");
    }

    /** A notification to a server. */
    static ObjectNode notification(String method, ObjectNode params) {
        var json = Json.object().put("jsonrpc", "2.0").put("method", method);
        if (!params.isEmpty()) {
            json.set("params", params);
        }
        return json;
    }
}
