package ai.robutler.models;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How many tokens text can have at most: a tokenizer that falls back to bytes makes no more of them
 * than there are bytes. For what templates word as JSON, the bytes of the longest wording count.
 */
final class TextBound {
    /** Quotes, colon, comma, braces, and what a translation puts beside a value. */
    private static final int PUNCTUATION = 16;

    /** Four spaces a level, before the value and before its end. */
    private static final int INDENT = 8;

    /** A backslash, {@code u} and four digits; a quote that is escaped twice has fewer. */
    private static final int ESCAPED = 6;

    private static final int INTEGER = 20;

    private TextBound() {}

    /** Of text that stands in the prompt as it is. */
    static long plain(String text) {
        long bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                bytes += c >= 0x800 ? 2 : 1;
            }
        }
        return bytes;
    }

    /** Of text within JSON, whatever is escaped there. */
    static long quoted(String text) {
        long bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            if (isEscaped(text.charAt(i))) {
                bytes += ESCAPED - 1;
            }
        }
        return bytes;
    }

    private static boolean isEscaped(char c) {
        return switch (c) {
            case '"', '\\', '<', '>', '&', '\'' -> true;
            default -> c < 0x20 || c >= 0x7f;
        };
    }

    /**
     * Of a value within JSON.
     *
     * @param depth how far it is indented
     * @throws ArithmeticException if it is beyond 2<sup>63</sup>
     */
    static long json(JsonNode node, int depth) {
        long bytes = PUNCTUATION + (long) INDENT * depth;
        if (node.isString()) {
            return bytes + quoted(node.stringValue());
        }
        if (node instanceof ObjectNode object) {
            for (var field : object.properties()) {
                bytes =
                        Math.addExact(
                                bytes, quoted(field.getKey()) + json(field.getValue(), depth + 1));
            }
            // A schema of several types may be told once for each of them.
            JsonNode types = object.path("type");
            return types.size() > 1 ? Math.multiplyExact(bytes, (long) types.size()) : bytes;
        }
        if (node.isContainer()) {
            for (JsonNode element : node) {
                bytes = Math.addExact(bytes, json(element, depth + 1));
            }
            return bytes;
        }
        return bytes + (node.isIntegralNumber() ? INTEGER : node.asString("").length());
    }
}
