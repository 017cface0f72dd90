package ai.robutler.testkit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Vectors that anybody can foresee: each word adds one to a place that its hash chooses. Texts with
 * the same words in any order are the same, texts without a common word have nothing in common.
 */
final class Vectors {
    static final int USUAL = 256;

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

    private Vectors() {}

    static float[] of(String text, int dimensions) {
        var vector = new float[dimensions];
        WORD.matcher(text.toLowerCase(Locale.ROOT))
                .results()
                .forEach(word -> vector[Math.floorMod(hash(word.group()), dimensions)]++);
        double length = 0;
        for (float each : vector) {
            length += each * each;
        }
        for (int i = 0; i < dimensions && length > 0; i++) {
            vector[i] = (float) (vector[i] / Math.sqrt(length));
        }
        return vector;
    }

    /** Spreads better than the hash of text itself. */
    private static int hash(String word) {
        int hash = word.hashCode() * 0x9E3779B9;
        return hash ^ (hash >>> 15);
    }

    static ObjectNode answer(JsonNode call) {
        int dimensions = call.path("dimensions").intValue(USUAL);
        ObjectNode body = Json.object().put("object", "list");
        ArrayNode data = body.putArray("data");
        JsonNode input = call.path("input");
        int words = 0;
        for (JsonNode text : input.isArray() ? input : List.of(input)) {
            ObjectNode entry = Json.object().put("object", "embedding").put("index", data.size());
            ArrayNode numbers = entry.putArray("embedding");
            for (float each : of(text.stringValue(""), dimensions)) {
                numbers.add(each);
            }
            data.add(entry);
            words += (int) WORD.matcher(text.stringValue("")).results().count();
        }
        body.put("model", call.path("model").stringValue(""));
        body.putObject("usage").put("prompt_tokens", words).put("total_tokens", words);
        return body;
    }
}
