package ai.robutler.core;

/** Text that is not the JSON it should be. The message is safe to send to the text's author. */
public final class JsonSyntaxException extends RuntimeException {
    public JsonSyntaxException(String message) {
        super(message);
    }
}
