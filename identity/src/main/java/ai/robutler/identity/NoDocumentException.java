package ai.robutler.identity;

/** An issuer's document cannot be had, or is not one. The message is for the operator's log. */
final class NoDocumentException extends Exception {
    NoDocumentException(String message) {
        // What others sent may stand in it, and must not begin a line of the log.
        super(message.replaceAll("\\p{Cntrl}", "?"));
    }
}
