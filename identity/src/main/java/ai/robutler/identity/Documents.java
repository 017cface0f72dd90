package ai.robutler.identity;

/** Gets JSON documents of issuers. Thread-safe; blocks for a bounded time. */
@FunctionalInterface
interface Documents {

    /** How many bytes a document may have. */
    int MAX_BYTES = 256 << 10;

    /**
     * The document at a URL, of at most {@link #MAX_BYTES}. Redirects are not followed.
     *
     * @throws NoDocumentException if there is none, or none within the bounds
     */
    byte[] get(String url) throws NoDocumentException;
}
