package ai.robutler.testkit;

/** How the answer to a request ended. */
public enum Outcome {
    /** The answer is being made, or written, or hangs. */
    PENDING,
    /** Each byte of the answer was handed to the network. */
    COMPLETED,
    /** The client closed its connection before the answer was complete. */
    CLIENT_GONE,
    /** The script cut the connection. */
    CUT,
    /** The provider was closed before the answer was complete. */
    PROVIDER_CLOSED
}
