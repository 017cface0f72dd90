package ai.robutler.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Base64;
import java.util.List;

/** Long lists in pages. */
final class ServedPages {
    private static final int PAGE = 250;

    private ServedPages() {}

    /**
     * @throws ServedError if the cursor is none of ours
     */
    static ObjectNode page(String name, List<ObjectNode> all, ServedMessage.Request request) {
        int from = from(request.params().path("cursor"), all.size());
        int to = Math.min(all.size(), from + PAGE);
        ObjectNode result = Json.object();
        result.set(name, Json.array(all.subList(from, to)));
        if (to < all.size()) {
            byte[] next = Integer.toString(to).getBytes(UTF_8);
            result.put("nextCursor", Base64.getUrlEncoder().withoutPadding().encodeToString(next));
        }
        return result;
    }

    private static int from(JsonNode cursor, int size) {
        if (cursor.isMissingNode() || cursor.isNull()) {
            return 0;
        }
        try {
            byte[] text = Base64.getUrlDecoder().decode(cursor.asString("?"));
            int from = Integer.parseInt(new String(text, UTF_8));
            if (from > 0 && from % PAGE == 0) {
                return Math.min(from, size);
            }
        } catch (IllegalArgumentException e) {
            // Told below, as for other numbers.
        }
        throw ServedError.invalidParams("Invalid params: this cursor is none of ours");
    }
}
