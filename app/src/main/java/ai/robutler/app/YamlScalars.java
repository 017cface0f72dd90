package ai.robutler.app;

import org.snakeyaml.engine.v2.nodes.Tag;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;

/** The scalars of YAML's core schema as JSON values. */
final class YamlScalars {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private YamlScalars() {}

    /** Empty where JSON has no such value. */
    static Optional<JsonNode> value(Tag tag, String text) {
        if (tag.equals(Tag.STR)) {
            return Optional.of(NODES.stringNode(text));
        }
        if (tag.equals(Tag.NULL)) {
            return Optional.of(NODES.nullNode());
        }
        if (tag.equals(Tag.BOOL)) {
            return Optional.of(NODES.booleanNode(text.toLowerCase(Locale.ROOT).equals("true")));
        }
        try {
            if (tag.equals(Tag.INT)) {
                return Optional.of(integer(new BigInteger(digits(text), radix(text))));
            }
            if (tag.equals(Tag.FLOAT)) {
                return Optional.of(NODES.numberNode(new BigDecimal(text)));
            }
        } catch (NumberFormatException e) {
            // .inf and .nan, and a tag such as !!int before something else.
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static JsonNode integer(BigInteger value) {
        if (value.bitLength() < Integer.SIZE) {
            return NODES.numberNode(value.intValue());
        }
        return value.bitLength() < Long.SIZE
                ? NODES.numberNode(value.longValue())
                : NODES.numberNode(value);
    }

    private static int radix(String text) {
        return text.startsWith("0x") ? 16 : text.startsWith("0o") ? 8 : 10;
    }

    private static String digits(String text) {
        return radix(text) == 10 ? text : text.substring(2);
    }
}
