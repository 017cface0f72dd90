package ai.robutler.memory;

import ai.robutler.core.InvalidRequestException;

/**
 * What a client calls a conversation.
 *
 * @param text 1 to 128 letters, digits and {@code . _ ~ : -}, so that it can stand in a header, a
 *     path and a log line
 */
record SessionName(String text) {
    static final int MOST = 128;

    SessionName {
        if (!isSane(text)) {
            throw InvalidRequestException.of(
                    "session_id_invalid",
                    "session_id",
                    "A session id is 1 to "
                            + MOST
                            + " letters, digits and the characters . _ ~ : -");
        }
    }

    private static boolean isSane(String text) {
        return !text.isEmpty()
                && text.length() <= MOST
                && text.chars().allMatch(SessionName::isSane);
    }

    private static boolean isSane(int c) {
        return c < 128 && (Character.isLetterOrDigit(c) || "._~:-".indexOf(c) >= 0);
    }
}
