package ai.robutler.core;

/**
 * Where server-sent events of an {@link EndpointReply} go. Each is on its way when the method
 * returns; a client that does not read makes it wait. For one thread at a time.
 *
 * <p>Source of the format: WHATWG HTML, 9.2 (server-sent events).
 */
public interface EventSink {

    /**
     * Sends an event.
     *
     * @param name its type, "" for none
     * @param id its id, "" for none
     * @param data its text; each line becomes a line of data
     * @throws IllegalArgumentException if the name or the id has a line break
     * @throws CancelledException if the client is gone
     */
    void event(String name, String id, String data);

    /**
     * Tells the client at once that it is answered, and with what status and headers; else it
     * learns of it with the first event. From then on a failure can only end the stream.
     *
     * @throws CancelledException if the client is gone
     */
    void begin();

    /** An event of nothing but data. */
    default void data(String data) {
        event("", "", data);
    }
}
