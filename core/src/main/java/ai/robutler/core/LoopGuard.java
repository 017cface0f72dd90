package ai.robutler.core;

import tools.jackson.databind.JsonNode;

/** Notices a model that makes the same call with the same arguments three times in a row. */
final class LoopGuard {
    private static final int LOOP = 3;

    private String last = "";
    private int times;

    /** Counts a call; true from the third of the same on. */
    boolean isLoop(ToolCall call) {
        String same = call.name() + '\n' + normal(call.arguments());
        times = same.equals(last) ? times + 1 : 1;
        last = same;
        return times >= LOOP;
    }

    /** Spaces and line breaks between tokens make no other call. */
    private static String normal(String arguments) {
        try {
            JsonNode json = Json.parse(arguments);
            return Json.write(json);
        } catch (JsonSyntaxException _) {
            return arguments;
        }
    }
}
