package ai.robutler.testkit;

/** Where a reply says how many tokens it took. */
public enum UsagePlace {
    /**
     * As OpenAI: in every complete answer, and in a chunk of its own at a stream's end if the
     * request asked for it.
     */
    AS_ASKED,
    /** In the last chunk that has choices, asked or not. */
    LAST_CHUNK,
    /**
     * In each chunk, asked or not; completion tokens grow from chunk to chunk up to the whole
     * number.
     */
    EVERY_CHUNK,
    /** Never, not even in a complete answer. */
    NOWHERE
}
