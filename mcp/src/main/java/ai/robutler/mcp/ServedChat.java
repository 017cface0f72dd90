package ai.robutler.mcp;

import ai.robutler.core.Agent;
import ai.robutler.core.ApiException;
import ai.robutler.core.AuthenticationException;
import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatMessage;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChunkSink;
import ai.robutler.core.Json;
import ai.robutler.core.PaymentRequiredException;
import ai.robutler.core.PermissionException;
import ai.robutler.core.Usage;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The conversation with an agent, as a tool: a whole run for each call. */
final class ServedChat {

    ObjectNode describe(String name, Agent agent) {
        ObjectNode json = Json.object().put("name", name);
        json.put(
                "description",
                "Sends a message to the agent "
                        + agent.name()
                        + ", and returns its answer. "
                        + agent.description());
        ObjectNode schema = json.putObject("inputSchema").put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties
                .putObject("message")
                .put("type", "string")
                .put("description", "What to say or ask, in plain words.");
        properties
                .putObject("session_id")
                .put("type", "string")
                .put(
                        "description",
                        "Names a conversation to go on with, where the agent keeps them.");
        schema.putArray("required").add("message");
        schema.put("additionalProperties", false);
        return json;
    }

    ObjectNode call(ServedCall call, ObjectNode arguments, ServedPeers peer) {
        JsonNode message = arguments.path("message");
        if (!message.isString() || message.stringValue().isBlank()) {
            return failed("'message' must be a string with something in it");
        }
        JsonNode session = arguments.path("session_id");
        if (!session.isMissingNode() && !session.isString()) {
            return failed("'session_id' must be a string");
        }
        var answer = new Answer(peer);
        try {
            call.agent().stream(
                    request(message.stringValue(), session.asString("")),
                    call.context(),
                    ServedPayment.headers(call.request()),
                    answer);
        } catch (PaymentRequiredException | AuthenticationException | PermissionException e) {
            throw e;
        } catch (ApiException e) {
            ObjectNode result = failed(String.valueOf(e.getMessage()));
            result.putObject("_meta").set("ai.robutler/error", ServedError.body(e).path("error"));
            return result;
        }
        return answer.result();
    }

    private static ChatRequest request(String message, String session) {
        ObjectNode json = Json.object();
        json.set("messages", Json.array(ChatMessage.user(message).json()));
        json.put("stream", true);
        json.putObject("stream_options").put("include_usage", true);
        if (!session.isEmpty()) {
            json.putObject("metadata").put("session_id", session);
        }
        return new ChatRequest(json);
    }

    private static ObjectNode failed(String why) {
        ObjectNode json = Json.object();
        json.putArray("content").add(ServedTools.text(why));
        return json.put("isError", true);
    }

    /** The answer as it comes: each piece is a step of progress, with the text as its message. */
    private static final class Answer implements ChunkSink {
        private final ServedPeers peer;
        private final StringBuilder text = new StringBuilder();
        private Usage usage = Usage.NONE;
        private String finish = "";

        Answer(ServedPeers peer) {
            this.peer = peer;
        }

        @Override
        public void send(ChatChunk chunk) {
            String piece = chunk.text();
            if (piece.isEmpty()) {
                JsonNode delta = chunk.json().path("choices").path(0).path("delta");
                piece = delta.path("refusal").asString("");
            }
            if (!piece.isEmpty()) {
                text.append(piece);
                peer.step(piece);
            }
            finish = chunk.finishReason().isEmpty() ? finish : chunk.finishReason();
            usage = chunk.json().path("usage").isObject() ? chunk.usage() : usage;
        }

        @Override
        public void progress(String text, boolean first) {
            peer.step(text);
        }

        ObjectNode result() {
            ObjectNode json = Json.object();
            json.putArray("content").add(ServedTools.text(text.toString()));
            json.put("isError", false);
            ObjectNode meta = json.putObject("_meta").put("ai.robutler/finish-reason", finish);
            if (!usage.json().isEmpty()) {
                meta.set("ai.robutler/usage", usage.json());
            }
            return json;
        }
    }
}
