package ai.robutler.mcp;

import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What a client sends.
 *
 * <p>Source of the format: JSON-RPC 2.0, without batches, as MCP has it since 2025-06-18.
 */
sealed interface ServedMessage {
    int LONGEST_ID = 256;
    int LONGEST_METHOD = 256;

    /**
     * @param id a string or an integer
     */
    record Request(JsonNode id, String method, ObjectNode params) implements ServedMessage {
        /** What comes beside the parameters proper. */
        ObjectNode meta() {
            return params.path("_meta") instanceof ObjectNode meta ? meta : Json.object();
        }

        String text(String name) {
            JsonNode value = params.path(name);
            if (!value.isString()) {
                throw ServedError.invalidParams(
                        "'" + name + "' must be a string, this is " + Json.kind(value));
            }
            return value.stringValue();
        }

        /** An object of the parameters, an empty one where it is absent. */
        ObjectNode object(String name) {
            JsonNode value = params.path(name);
            if (value.isMissingNode()) {
                return Json.object();
            }
            if (value instanceof ObjectNode object) {
                return object;
            }
            throw ServedError.invalidParams(
                    "'" + name + "' must be an object, this is " + Json.kind(value));
        }
    }

    record Notification(String method, ObjectNode params) implements ServedMessage {}

    /** The answer to a request of ours. */
    record Response(String id, ObjectNode json) implements ServedMessage {}

    /**
     * Reads the body of a request.
     *
     * @throws ServedError if it is none of these
     */
    static ServedMessage read(byte[] body) {
        JsonNode json = parse(body);
        if (json.isArray()) {
            throw invalid("batches are not part of this protocol: send each message by itself");
        }
        if (!(json instanceof ObjectNode message)) {
            throw invalid("a JSON-RPC message is an object, this is " + Json.kind(json));
        }
        if (!message.path("jsonrpc").asString("").equals("2.0")) {
            throw invalid("'jsonrpc' must be \"2.0\"");
        }
        return message.has("method") ? call(message) : response(message);
    }

    private static JsonNode parse(byte[] body) {
        try {
            return Json.parse(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
        } catch (CharacterCodingException e) {
            throw ServedError.http(400, ServedError.PARSE, "Parse error: the body is not UTF-8");
        } catch (JsonSyntaxException e) {
            throw ServedError.http(400, ServedError.PARSE, "Parse error: " + e.getMessage());
        }
    }

    private static ServedMessage call(ObjectNode message) {
        JsonNode method = message.path("method");
        if (!method.isString() || method.stringValue().length() > LONGEST_METHOD) {
            throw invalid("'method' must be a short string");
        }
        JsonNode params = message.path("params");
        if (!params.isMissingNode() && !params.isObject()) {
            throw ServedError.http(
                    400,
                    ServedError.INVALID_REQUEST,
                    "Invalid request: 'params' must be an object, this is " + Json.kind(params));
        }
        ObjectNode object = params instanceof ObjectNode given ? given : Json.object();
        return message.has("id")
                ? new Request(id(message.path("id")), method.stringValue(), object)
                : new Notification(method.stringValue(), object);
    }

    private static JsonNode id(JsonNode id) {
        boolean isText = id.isString() && id.stringValue().length() <= LONGEST_ID;
        boolean isNumber = id.isIntegralNumber() && id.canConvertToLong();
        if (!isText && !isNumber) {
            throw invalid(
                    "'id' must be a string of at most "
                            + LONGEST_ID
                            + " characters, or an integer of 64 bits");
        }
        return id;
    }

    private static ServedMessage response(ObjectNode message) {
        if (message.has("result") == message.has("error")) {
            throw invalid("it has neither a method nor one of result and error");
        }
        JsonNode id = id(message.path("id"));
        return new Response(id.asString(""), message);
    }

    private static ServedError invalid(String what) {
        return ServedError.http(400, ServedError.INVALID_REQUEST, "Invalid request: " + what);
    }

    /** The id to answer to, as far as a body has one that can be read. */
    static JsonNode idOf(byte[] body) {
        try {
            return parse(body) instanceof ObjectNode message && message.has("method")
                    ? id(message.path("id"))
                    : MissingNode.getInstance();
        } catch (ServedError e) {
            return MissingNode.getInstance();
        }
    }
}
