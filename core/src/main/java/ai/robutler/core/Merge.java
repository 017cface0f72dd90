package ai.robutler.core;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.Set;

/** How the deltas of a stream become a message: text grows, lists grow, the rest is replaced. */
final class Merge {
    /** Text that names rather than tells: it comes whole, and again rather than further. */
    private static final Set<String> WHOLE =
            Set.of("id", "type", "name", "format", "role", "status", "object", "model");

    private Merge() {}

    /** Adds a delta's field to what has come so far. */
    static void into(ObjectNode target, String field, JsonNode piece) {
        JsonNode before = target.path(field);
        target.set(field, join(before, piece, WHOLE.contains(field)));
    }

    private static JsonNode join(JsonNode before, JsonNode piece, boolean whole) {
        if (piece.isNull()) {
            return before.isMissingNode() ? piece : before;
        }
        if (before.isString() && piece.isString() && !whole) {
            return JsonNodeFactory.instance.stringNode(before.stringValue() + piece.stringValue());
        }
        if (before instanceof ObjectNode a && piece instanceof ObjectNode b) {
            ObjectNode merged = Json.shallowCopy(a);
            b.properties().forEach(field -> into(merged, field.getKey(), field.getValue()));
            return merged;
        }
        if (before instanceof ArrayNode a && piece instanceof ArrayNode b) {
            return append(a, b);
        }
        return piece;
    }

    /** Elements that carry the same index and type are pieces of one. */
    private static ArrayNode append(ArrayNode before, ArrayNode pieces) {
        ArrayNode merged = Json.array().addAll(before);
        for (JsonNode piece : pieces) {
            int last = merged.size() - 1;
            if (last >= 0 && piece.has("index") && samePart(merged.get(last), piece)) {
                merged.set(last, join(merged.get(last), piece, false));
            } else {
                merged.add(piece);
            }
        }
        return merged;
    }

    private static boolean samePart(JsonNode a, JsonNode b) {
        return a.path("index").equals(b.path("index")) && a.path("type").equals(b.path("type"));
    }
}
