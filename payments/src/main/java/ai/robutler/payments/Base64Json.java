package ai.robutler.payments;

import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;

import tools.jackson.databind.node.ObjectNode;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** JSON objects in headers. */
final class Base64Json {
    /** No payment is longer; what is longer is somebody's play with our memory. */
    private static final int MOST_CHARACTERS = 8 << 10;

    private Base64Json() {}

    static String write(ObjectNode json) {
        return Base64.getEncoder().encodeToString(Json.writeBytes(json));
    }

    /**
     * @throws JsonSyntaxException if it is too long, not Base64, not UTF-8, or not an object
     */
    static ObjectNode read(String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw new JsonSyntaxException("longer than " + MOST_CHARACTERS + " characters");
        }
        try {
            byte[] utf8 = Base64.getDecoder().decode(text);
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
            return Json.parseObject(utf8);
        } catch (IllegalArgumentException _) {
            throw new JsonSyntaxException("not Base64");
        } catch (CharacterCodingException _) {
            throw new JsonSyntaxException("not UTF-8");
        }
    }
}
