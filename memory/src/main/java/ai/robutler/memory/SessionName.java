package ai.robutler.memory;

import ai.robutler.core.ChatRequest;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.RunContext;

import tools.jackson.databind.JsonNode;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a client calls a conversation.
 *
 * @param text 1 to 128 letters, digits and {@code . _ ~ : -}, so that it can stand in a header, a
 *     path and a log line
 */
record SessionName(String text) {
    static final String HEADER = "X-Session-ID";
    private static final int MOST = 128;
    private static final String FIELD = "metadata.session_id";

    /** What a name must be able to hold if it is all that opens a conversation. */
    private static final double UNGUESSABLE_BITS = 128;

    /** The random digits of a UUID: 32, of which six bits are fixed. */
    private static final int UUID_DIGITS = 32;

    private static final int DIFFERENT = 8;
    private static final SecureRandom RANDOM = new SecureRandom();

    SessionName {
        if (!isSane(text)) {
            throw InvalidRequestException.of(
                    "session_id_invalid",
                    HEADER,
                    "A session id is 1 to "
                            + MOST
                            + " letters, digits and characters of '._~:-', such as a UUID.");
        }
    }

    /** One that nobody can guess. */
    static SessionName random() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return new SessionName(HexFormat.of().formatHex(bytes));
    }

    /**
     * The conversation that a request belongs to, if it names one.
     *
     * @throws InvalidRequestException if what it names cannot be one, or are two
     */
    static Optional<SessionName> of(RunContext context) {
        Optional<SessionName> header = context.header(HEADER).map(SessionName::new);
        Optional<SessionName> field = field(context.request());
        if (header.isPresent() && field.isPresent() && !header.equals(field)) {
            throw InvalidRequestException.of(
                    "session_id_ambiguous",
                    FIELD,
                    "The header " + HEADER + " and " + FIELD + " name two sessions; name one.");
        }
        return header.or(() -> field);
    }

    private static Optional<SessionName> field(ChatRequest request) {
        JsonNode value = request.field("metadata").path("session_id");
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        // What is no text is no name either.
        return Optional.of(new SessionName(value.isString() ? value.stringValue() : ""));
    }

    /** Whether it can be believed that only those know it who were told. */
    boolean isUnguessable() {
        String drawn = text.replaceAll("[-._~:]", "");
        boolean hex = drawn.chars().allMatch(c -> Character.digit(c, 16) >= 0);
        long different = drawn.chars().distinct().count();
        boolean isLong =
                hex
                        ? drawn.length() >= UUID_DIGITS
                        : drawn.length() * (Math.log(alphabet(drawn)) / Math.log(2))
                                >= UNGUESSABLE_BITS;
        return isLong && different >= DIFFERENT;
    }

    private static int alphabet(String drawn) {
        boolean upper = drawn.chars().anyMatch(Character::isUpperCase);
        boolean lower = drawn.chars().anyMatch(Character::isLowerCase);
        return 10 + (upper ? 26 : 0) + (lower ? 26 : 0);
    }

    private static boolean isSane(String text) {
        return !text.isEmpty()
                && text.length() <= MOST
                && text.chars().allMatch(SessionName::isSane);
    }

    private static boolean isSane(int c) {
        return c < 128 && (Character.isLetterOrDigit(c) || "._~:-".indexOf(c) >= 0);
    }

    @Override
    public String toString() {
        return text;
    }
}
