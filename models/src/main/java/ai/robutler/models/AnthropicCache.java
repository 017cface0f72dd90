package ai.robutler.models;

import ai.robutler.core.Json;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Marks what stays the same from call to call for prompt caching: the tools, the instructions. */
final class AnthropicCache {
    private static final int MOST_MARKS = 4;

    private AnthropicCache() {}

    /** Marks the last tool and the last block of the instructions, if marks are left for it. */
    static void mark(ObjectNode body) {
        int marks = body.findValues("cache_control").size();
        for (String field : new String[] {"system", "tools"}) {
            if (marks < MOST_MARKS && body.path(field) instanceof ArrayNode list && mark(list)) {
                marks++;
            }
        }
    }

    private static boolean mark(ArrayNode list) {
        if (!(list.path(list.size() - 1) instanceof ObjectNode last) || last.has("cache_control")) {
            return false;
        }
        ObjectNode marked = Json.shallowCopy(last);
        marked.set("cache_control", Json.object().put("type", "ephemeral"));
        list.set(list.size() - 1, marked);
        return true;
    }
}
