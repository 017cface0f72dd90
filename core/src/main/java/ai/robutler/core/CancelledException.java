package ai.robutler.core;

/** The work was cancelled, mostly because the client went away. There is nobody left to tell. */
public final class CancelledException extends RuntimeException {
    public CancelledException(String message) {
        super(message);
    }
}
