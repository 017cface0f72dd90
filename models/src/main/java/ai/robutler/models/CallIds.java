package ai.robutler.models;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/**
 * Ids of tool calls as Mistral takes them: nine letters and digits. A conversation that began with
 * another provider has other ids; each becomes the same one every time, in the call and in its
 * result.
 */
final class CallIds {
    private static final int LENGTH = 9;
    private static final Pattern FINE = Pattern.compile("[A-Za-z0-9]{" + LENGTH + "}");
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(DIGITS.length());

    private CallIds() {}

    /** Changes the ids in a message, which is the caller's own; its calls are copied. */
    static void shorten(ObjectNode message) {
        shorten(message, "tool_call_id");
        if (message.path("tool_calls") instanceof ArrayNode calls) {
            ArrayNode copies = Json.array();
            for (JsonNode call : calls) {
                if (call instanceof ObjectNode object) {
                    ObjectNode copy = Json.shallowCopy(object);
                    shorten(copy, "id");
                    copies.add(copy);
                } else {
                    copies.add(call);
                }
            }
            message.set("tool_calls", copies);
        }
    }

    private static void shorten(ObjectNode object, String field) {
        String id = object.path(field).asString("");
        if (!id.isEmpty() && !FINE.matcher(id).matches()) {
            object.put(field, shortened(id));
        }
    }

    private static String shortened(String id) {
        var number = new BigInteger(1, digest(id));
        var made = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            BigInteger[] parts = number.divideAndRemainder(BASE);
            made.append(DIGITS.charAt(parts[1].intValue()));
            number = parts[0];
        }
        return made.toString();
    }

    private static byte[] digest(String id) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
