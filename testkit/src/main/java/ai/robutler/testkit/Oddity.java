package ai.robutler.testkit;

import java.util.Collection;
import java.util.Set;

/**
 * What real providers do to a stream although OpenAI does not. Any number of them can be put on one
 * {@link MessageReply}.
 *
 * <p>Each is harmless by itself: a tolerant client finds the same text, refusal and calls in an odd
 * stream as in a regular one; only {@link #EMPTY_ID} loses the ids. Those that are not about
 * streams ({@link #EMPTY_ID}, {@link #NO_TYPE}, {@link #NO_FINISH_REASON}, {@link
 * #STOP_ALTHOUGH_CALLED}) are seen in complete answers too. Of two that contradict each other the
 * first in this list wins. Few sets of them leave no way to tell the calls apart; {@link
 * #ambiguous} knows which.
 */
public enum Oddity {
    /** Lines end with CR LF. */
    CRLF,
    /** A comment stands before each event. */
    COMMENTS,
    /** The JSON of an event is spread over several data lines. */
    MULTI_LINE_DATA,
    /** The stream starts with a byte order mark. */
    BOM,
    /** {@code data:} without the space behind the colon. */
    NO_SPACE_AFTER_COLON,
    /** Events have {@code event}, {@code id} and {@code retry} fields. */
    EXTRA_EVENT_FIELDS,
    /** The stream ends without {@code data: [DONE]}. */
    NO_DONE,

    /** The first chunk has no choices (as Azure's, with the prompt's filter results). */
    EMPTY_CHOICES_FIRST,
    /** No delta names the role. */
    NO_ROLE,
    /** Each delta names the role. */
    ROLE_IN_EVERY_DELTA,
    /**
     * Fields that a delta does not need are there as null: content, refusal, tool_calls,
     * function_call.
     */
    NULL_FIELDS,
    /** Deltas without content have empty content. */
    EMPTY_CONTENT,
    /** A chunk with an empty delta follows each chunk. */
    EMPTY_DELTAS,
    /** The whole message is in one delta. */
    ONE_DELTA,
    /** The finish reason comes with the last delta, not behind it. */
    FINISH_WITH_LAST_DELTA,
    /** No finish reason ever comes. */
    NO_FINISH_REASON,
    /** The finish reason is {@code stop} although tools were called. */
    STOP_ALTHOUGH_CALLED,

    /** Tool deltas have no index. */
    MISSING_INDEX,
    /** Tool deltas have the index 0, whatever their call. */
    INDEX_ALWAYS_ZERO,
    /** Every second call has the index of the one before it. */
    REPEATED_INDEX,
    /** Each id is the empty string: the client has to make up its own. */
    EMPTY_ID,
    /** The id comes with a call's last delta. */
    LATE_ID,
    /** The id is repeated in each delta. */
    ID_IN_EVERY_DELTA,
    /** The deltas behind a call's first have the empty string as id. */
    EMPTY_ID_LATER,
    /** Calls have no {@code type}. */
    NO_TYPE,
    /** All calls are in one delta, complete. */
    ALL_CALLS_IN_ONE_DELTA,
    /** A name comes in two deltas. */
    NAME_SPLIT,
    /** The argument pieces of several calls alternate. */
    INTERLEAVED_CALLS;

    private static final Set<Oddity> WITHOUT_INDEX =
            Set.of(MISSING_INDEX, INDEX_ALWAYS_ZERO, REPEATED_INDEX);

    /**
     * Whether a reply with several calls and these oddities cannot be put together again by
     * anybody: the calls have neither an index nor another mark that tells where one ends.
     */
    public static boolean ambiguous(Collection<Oddity> oddities) {
        boolean whole = oddities.contains(ONE_DELTA) || oddities.contains(ALL_CALLS_IN_ONE_DELTA);
        if (whole || WITHOUT_INDEX.stream().noneMatch(oddities::contains)) {
            return false;
        }
        boolean idLost = oddities.contains(EMPTY_ID) || oddities.contains(LATE_ID);
        if (oddities.contains(INTERLEAVED_CALLS)) {
            return idLost || !oddities.contains(ID_IN_EVERY_DELTA);
        }
        return idLost && oddities.contains(NAME_SPLIT);
    }
}
