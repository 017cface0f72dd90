package ai.robutler.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * What the scripted model answers to one call. A reply is an immutable value: each method makes a
 * changed copy, and one reply can be given any number of times. The same reply renders as a
 * complete answer or as a stream, as the request asks.
 *
 * <p>The methods of this interface say how the answer travels. Faults are exclusive: the last one
 * given holds. A <i>chunk</i> is one event of a stream, the first one (with the role) included. A
 * complete answer counts as one chunk; a fault after one or more chunks then strikes in the middle
 * of its body. A fault that lies behind the end of the answer strikes at the end, before the answer
 * is complete.
 */
public sealed interface Reply permits BaseReply {

    /** The model says this text. */
    static MessageReply text(String text) {
        return MessageReply.of(Choice.of(text, null, List.of()));
    }

    /** The model calls these tools, without text: its content is null. */
    static MessageReply calls(Call... calls) {
        return MessageReply.of(Choice.of(null, null, Arrays.asList(calls)));
    }

    /** The model refuses, with null as content. */
    static MessageReply refusal(String refusal) {
        return MessageReply.of(Choice.of(null, refusal, List.of()));
    }

    /**
     * Several choices, in this order, for a request with {@code n}. Everything that is not about a
     * single choice (pieces, usage, oddities, delivery) is the first reply's.
     */
    static MessageReply choices(MessageReply first, MessageReply... more) {
        return first.joined(Arrays.asList(more));
    }

    /** An error with OpenAI's type and code for this status. */
    static ErrorReply error(int status, String message) {
        return ErrorReply.of(status, message);
    }

    /** These bytes as the body of an event stream, in UTF-8, whatever the request asked. */
    static RawReply rawStream(String events) {
        return rawStream(events.getBytes(StandardCharsets.UTF_8));
    }

    /** These bytes as the body of an event stream, whatever the request asked. */
    static RawReply rawStream(byte[] events) {
        return new RawReply(200, true, events, Delivery.PLAIN);
    }

    /** This text as the body, called JSON whether it is or not, whatever the request asked. */
    static RawReply rawJson(int status, String json) {
        return new RawReply(status, false, json.getBytes(StandardCharsets.UTF_8), Delivery.PLAIN);
    }

    /**
     * Text without end, in pieces of so many bytes, until the client goes away, the provider is
     * closed or a fault strikes. It is written as fast as the client reads.
     */
    static EndlessReply endless(int pieceBytes) {
        return new EndlessReply(pieceBytes, Delivery.PLAIN);
    }

    /** Waits so long before the headers. */
    Reply delay(Duration time);

    /** Waits so long between the headers and the first byte of the body. */
    Reply delayFirstByte(Duration time);

    /** Waits so long between two chunks. */
    Reply every(Duration time);

    /**
     * Writes so many bytes of the body at a time, each as an HTTP chunk of its own. With 1,
     * characters of more than one byte arrive in parts.
     */
    Reply splitEvery(int bytes);

    /** Writes the whole body at once; {@link #every} has nothing to wait for then. */
    Reply inOneWrite();

    /**
     * Adds a response header, or replaces it. Throws {@link IllegalArgumentException} if it cannot
     * be one.
     */
    Reply header(String name, String value);

    /** Closes the connection instead of answering. */
    Reply cutBeforeHeaders();

    /**
     * Reads the request and then keeps silent, until the client goes away or the provider is
     * closed.
     */
    Reply hangBeforeHeaders();

    /** Closes the connection after so many chunks; with 0, after the headers. */
    Reply cutAfter(int chunks);

    /** Closes the connection after so many bytes of the body. */
    Reply cutAfterBytes(long bytes);

    /** Resets the connection (RST) after so many chunks. */
    Reply resetAfter(int chunks);

    /** Sends nothing more after so many chunks; with 0, nothing after the headers. */
    Reply hangAfter(int chunks);

    /**
     * After so many chunks a stream goes on with this error as its last event, and ends without
     * {@code [DONE]}. A complete answer becomes the error itself.
     */
    Reply failAfter(int chunks, ErrorReply error);

    /** As {@link #failAfter(int, ErrorReply)}, with a server error (500) of this message. */
    Reply failAfter(int chunks, String message);
}
