package ai.robutler.search;

/** What an embedding model says of a document. */
sealed interface Meaning {
    /** No model is asked. */
    record Unasked() implements Meaning {}

    /** The model was not asked yet. */
    record Awaited() implements Meaning {}

    /** The model does not take the text. */
    record Refused() implements Meaning {}

    /** A vector of length 1. */
    record Known(float[] vector) implements Meaning {}
}
